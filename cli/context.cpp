// Settings and the two files every command may need: genesis and key.
#include "cli/context.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "crypto/base/toml.h"
#include "crypto/durable_file.h"
#include "crypto/key_file.h"
#include "crypto/passphrase.h"

namespace quanlu::cli {

namespace {

constexpr const char* kNames[] = {"node", "genesis",         "party",
                                  "key",  "passphrase_file", "fingerprint_key"};
constexpr std::size_t kConfigBytesMax = 1024 * 1024;
constexpr std::size_t kGenesisBytesMax = 4 * 1024 * 1024;

std::string environment(const std::string& name) {
    std::string variable = "QUANLU_" + name;
    for (char& c : variable) c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 32 : c);
    const char* value = std::getenv(variable.c_str());
    return value == nullptr ? std::string() : std::string(value);
}

std::string default_config_path() {
    if (const char* home = std::getenv("XDG_CONFIG_HOME"))
        return std::string(home) + "/quanlu/contexts.toml";
    if (const char* home = std::getenv("HOME"))
        return std::string(home) + "/.config/quanlu/contexts.toml";
    return {};
}

Failure file_failure(const std::string& path, const std::string& reason, Exit exit) {
    json::Value facts;
    facts.set("path", path);
    facts.set("reason", reason);
    return {exit, "file", "a file cannot be used", "文件无法使用", std::move(facts), "", ""};
}

std::string flag_value(const Flags& flags, const std::string& name) {
    if (name == "node") return flags.node;
    if (name == "genesis") return flags.genesis;
    if (name == "party") return flags.party;
    if (name == "key") return flags.key;
    if (name == "fingerprint_key") return "";
    return flags.passphrase_file;
}

Result<toml::table, Failure> parse_config(const std::string& path) {
    TRY(const std::string text, read_text_file(path, kConfigBytesMax));
    auto parsed = base::parse_toml(text);
    if (!parsed.ok()) {
        json::Value facts;
        facts.set("path", path);
        facts.set("line", parsed.error().line);
        facts.set("column", parsed.error().column);
        facts.set("reason", parsed.error().reason);
        return Err(Failure{Exit::usage, "config", "the contexts file is not valid TOML",
                           "配置文件不是有效的 TOML", std::move(facts), "quanlu config path",
                           "quanlu config path"});
    }
    return std::move(parsed).value();
}

}  // namespace

Result<Context, Failure> Context::load(const Flags& flags) {
    Context context;
    context.config_path_ = !flags.config.empty()            ? flags.config
                           : !environment("config").empty() ? environment("config")
                                                            : default_config_path();
    std::map<std::string, Setting> from_file;
    if (access(context.config_path_.c_str(), R_OK) == 0) {
        TRY(const toml::table table, parse_config(context.config_path_));
        std::string name = !flags.context.empty() ? flags.context : environment("context");
        if (name.empty()) name = table["current"].value_or(std::string());
        if (const toml::table* contexts = table["context"].as_table()) {
            for (const auto& [key, value] : *contexts) context.names_.emplace_back(key.str());
        }
        if (!name.empty() && table["context"][name].as_table() == nullptr) {
            json::Value facts;
            facts.set("asked", name);
            std::string known;
            for (const std::string& one : context.names_)
                known += (known.empty() ? "" : ", ") + one;
            facts.set("known", known);
            facts.set("path", context.config_path_);
            return Err(Failure{Exit::usage, "context", "there is no such context", "没有这个上下文",
                               std::move(facts), "quanlu config show", "quanlu config show"});
        }
        for (const char* field : kNames) {
            const auto value = table["context"][name][field].value<std::string>();
            if (value) {
                from_file[field] = {*value, "context " + name + " of " + context.config_path_};
            }
        }
    } else if (!flags.config.empty()) {
        return Err(file_failure(flags.config, std::strerror(errno), Exit::usage));
    }
    for (const std::string field : kNames) {
        const std::string flag = flag_value(flags, field);
        const std::string variable = environment(field);
        if (!flag.empty()) {
            context.settings_[field] = {flag, "flag"};
        } else if (!variable.empty()) {
            context.settings_[field] = {variable, "environment"};
        } else if (from_file.contains(field)) {
            context.settings_[field] = from_file[field];
        } else if (field == "node") {
            context.settings_[field] = {"http://127.0.0.1:7180", "default"};
        }
    }
    return context;
}

const Setting* Context::find(const std::string& name) const {
    const auto found = settings_.find(name);
    return found == settings_.end() ? nullptr : &found->second;
}

Result<std::string, Failure> Context::need(const std::string& name) const {
    if (const Setting* setting = find(name)) return setting->value;
    json::Value facts;
    facts.set("setting", name);
    facts.set("config", config_path_);
    const std::string flag = "--" + name;
    return Err(Failure{Exit::trust, "setting", "a setting is missing", "缺少设置", std::move(facts),
                       "give " + flag + ", or choose a context: quanlu config show",
                       "使用 " + flag + ",或选择上下文:quanlu config show"});
}

Result<chain::Genesis, Failure> Context::genesis() const {
    TRY(const std::string path, need("genesis"));
    TRY(const std::string text, read_text_file(path, kGenesisBytesMax));
    const auto document = json::parse(text, kGenesisBytesMax);
    if (!document.ok()) return Err(file_failure(path, document.error().reason, Exit::trust));
    auto genesis = chain::genesis_from_json(*document);
    if (!genesis.ok()) return Err(file_failure(path, genesis.error(), Exit::trust));
    return std::move(genesis).value();
}

Result<crypto::SigningKey, Failure> Context::signing_key(bool may_ask) const {
    TRY(const std::string path, need("key"));
    const Setting* file = find("passphrase_file");
    TRY(const std::string passphrase,
        read_passphrase(file == nullptr ? "" : file->value, may_ask, path));
    auto key = crypto::read_key_file(path, passphrase);
    if (!key.ok()) {
        json::Value facts;
        facts.set("path", path);
        facts.set("reason", key.error().reason);
        facts.set("detail", key.error().detail);
        return Err(Failure{Exit::trust, "key", "the signing key cannot be used", "签名密钥无法使用",
                           std::move(facts), "quanlu key show FILE; a key file must have mode 0600",
                           "quanlu key show FILE;密钥文件权限须为 0600"});
    }
    return std::move(key).value();
}

Result<std::string, Failure> read_text_file(const std::string& path, std::size_t bytes_max) {
    const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) return Err(file_failure(path, std::strerror(errno), Exit::usage));
    // As much memory as the file has bytes, not as its place allows: that can be megabytes.
    std::string text;
    char piece[16 * 1024];
    ssize_t n = 0;
    while (text.size() <= bytes_max && (n = read(fd, piece, sizeof piece)) > 0)
        text.append(piece, static_cast<std::size_t>(n));
    const int error = errno;
    close(fd);
    if (n < 0) return Err(file_failure(path, std::strerror(error), Exit::usage));
    if (text.size() > bytes_max)
        return Err(file_failure(path, "larger than the limit of its place", Exit::usage));
    return text;
}

Status<Failure> write_text_file(const std::string& path, const std::string& text, bool secret) {
    const auto written =
        crypto::write_durably(path, text, secret ? 0600 : 0644, crypto::IfThere::replace);
    if (!written.ok()) return Err(file_failure(path, std::strerror(written.error()), Exit::usage));
    return Unit{};
}

Result<std::string, Failure> read_passphrase(const std::string& file, bool may_ask,
                                             const std::string& prompt, bool is_new) {
    if (!file.empty()) {
        TRY(std::string text, read_text_file(file, 4096));
        while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
        if (is_new && text.size() > crypto::kPassphraseBytesMax)
            return Err(usage_error("a passphrase has at most 1000 bytes", "口令至多 1000 字节"));
        return text;
    }
    if (!may_ask || isatty(0) == 0) {
        return Err(Failure{Exit::trust,
                           "passphrase",
                           "the key is locked and nobody can be asked",
                           "密钥已加密且无法询问口令",
                           {},
                           "give --passphrase-file FILE",
                           "使用 --passphrase-file FILE"});
    }
    auto typed = crypto::ask_passphrase(prompt, is_new);
    if (typed.ok()) return std::move(typed).value();
    Failure failure = usage_error("too long, or not the same twice", "口令过长,或两次输入不一致");
    if (typed.error() == crypto::NoPassphrase::interrupted)
        failure = {Exit::interrupted, "interrupted", "interrupted", "已中断", {}, "", ""};
    return Err(std::move(failure));
}

}  // namespace quanlu::cli
