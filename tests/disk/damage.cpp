// See damage.h.
#include "tests/disk/damage.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace quanlu::disk {

namespace {

constexpr std::size_t kPage = 4096;
constexpr std::size_t kEntryHead = 53, kEntryTail = 32;

bool is_log(const std::string& name) {
    return name.ends_with(".blk") || name.ends_with(".jnl");
}

std::string at(const char* what, std::size_t offset, const std::string& name) {
    return std::string(what) + " at " + std::to_string(offset) + " of " + name;
}

}  // namespace

Bytes read_all(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return Bytes(std::istreambuf_iterator<char>(file), {});
}

void write_all(const std::string& path, BytesView bytes) {
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    file.write(reinterpret_cast<const char*>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
}

std::vector<std::string> files_under(const std::string& folder) {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
        if (entry.is_regular_file())
            names.push_back(entry.path().lexically_relative(folder).string());
    }
    std::sort(names.begin(), names.end());
    return names;
}

void copy_tree(const std::string& from, const std::string& to) {
    std::filesystem::remove_all(to);
    std::filesystem::create_directories(to);
    std::filesystem::copy(from, to, std::filesystem::copy_options::recursive);
}

std::vector<std::size_t> entry_starts(BytesView file) {
    std::vector<std::size_t> starts;
    std::size_t at = 0;
    while (at + kEntryHead + kEntryTail <= file.size()) {
        starts.push_back(at);
        std::size_t length = 0;
        for (std::size_t i = 0; i < 4; ++i) length = length << 8 | file[at + i];
        at += kEntryHead + length + kEntryTail;
    }
    starts.push_back(file.size());
    return starts;
}

const char* to_text(Family family) {
    switch (family) {
        case Family::flip:
            return "flip";
        case Family::truncate:
            return "truncate";
        case Family::cut_entry:
            return "cut at entry";
        case Family::zero_page:
            return "zero page";
        case Family::erase:
            return "delete";
        case Family::swap:
            return "swap";
        case Family::rubbish:
            return "rubbish";
        case Family::repeat:
            return "repeat";
    }
    return "";
}

std::string part_of(const std::string& name) {
    if (name.ends_with(".blk")) return "block log";
    if (name.ends_with(".jnl")) return "vote journal";
    if (name.starts_with("data/state/")) {
        const std::string file = name.substr(name.rfind('/') + 1);
        const std::size_t dot = file.find('.');
        const std::string kind =
            dot == std::string::npos ? file.substr(0, file.find('-')) : file.substr(dot);
        return "leveldb " + kind;
    }
    return name.substr(name.rfind('/') + 1);
}

std::string damage(const std::string& root, const std::string& name, Family family, Prng& random) {
    const std::string path = root + "/" + name;
    Bytes bytes = read_all(path);
    std::size_t offset = bytes.empty() ? 0 : random.below(bytes.size());
    switch (family) {
        case Family::flip:
            if (bytes.empty()) return {};
            bytes[offset] ^= static_cast<std::uint8_t>(1U << random.below(8));
            break;
        case Family::truncate:
            if (bytes.empty()) return {};
            if (is_log(name) && random.chance(1, 2)) {
                const auto starts = entry_starts(bytes);
                const std::size_t border = starts[random.below(starts.size())];
                offset = std::min(bytes.size(), border + 1 - 2 * random.below(2));
                if (border == 0) offset = 1;
            }
            bytes.resize(offset);
            break;
        case Family::cut_entry: {
            if (!is_log(name)) return {};
            const auto starts = entry_starts(bytes);
            // Often near the end, where what was said last stands.
            const std::size_t back = 2 + random.below(random.chance(1, 2) ? 4 : starts.size() - 1);
            offset = starts[starts.size() > back ? starts.size() - back : 0];
            bytes.resize(offset);
            break;
        }
        case Family::zero_page:
            if (bytes.empty()) return {};
            offset = offset / kPage * kPage;
            std::fill_n(bytes.begin() + static_cast<std::ptrdiff_t>(offset),
                        std::min(kPage, bytes.size() - offset), std::uint8_t{0});
            break;
        case Family::erase:
            std::filesystem::remove(path);
            return "delete " + name;
        case Family::swap: {
            const auto names = files_under(root);
            const std::string other = names[random.below(names.size())];
            if (other == name) return {};
            write_all(path, read_all(root + "/" + other));
            write_all(root + "/" + other, bytes);
            return "swap " + name + " and " + other;
        }
        case Family::rubbish: {
            offset = bytes.size();
            for (std::size_t n = 1 + random.below(300); n > 0; --n)
                bytes.push_back(static_cast<std::uint8_t>(random.below(256)));
            break;
        }
        case Family::repeat: {
            const std::size_t from = bytes.size() - std::min<std::size_t>(bytes.size(), 4'000);
            const Bytes tail = to_bytes(BytesView(bytes).subspan(from));
            offset = bytes.size();
            append(bytes, tail);
            break;
        }
    }
    write_all(path, bytes);
    return at(to_text(family), offset, name);
}

}  // namespace quanlu::disk
