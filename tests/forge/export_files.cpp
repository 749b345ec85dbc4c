// Exports altered by a hand that has the files and knows how to compute a checksum: bytes, files,
// the manifest, the lines of the log.
#include <algorithm>

#include "tests/forge/exports.h"

namespace quanlu::forge {

namespace fs = std::filesystem;

namespace {

constexpr const char* kNotListed = "not the file of the manifest";
constexpr const char* kOtherFiles = "does not list the files that are here";

void flip(std::string& text, std::size_t at, Prng& prng) {
    text[at] = static_cast<char>(text[at] ^ (1 << prng.below(8)));
}

std::size_t any_place(const std::string& text, Prng& prng) {
    return static_cast<std::size_t>(prng.below(text.size()));
}

Expect damaged_at(std::size_t offset) {
    return unreadable("000001.blk: damaged at offset " + std::to_string(offset) + " ");
}

// Flips a bit of the block file between two places of the entry of some height; the manifest fits.
Expect flip_in_entry(Scene& scene, std::size_t from, std::size_t to) {
    std::string text = read_file(scene.block_file());
    const auto offsets = entry_offsets(text);
    const auto height = static_cast<std::size_t>(1 + scene.prng.below(offsets.size() - 1));
    const std::size_t begin = offsets[height - 1], size = offsets[height] - begin;
    from = std::min(from, size - 1);
    to = std::min(to, size);
    flip(text, begin + from + static_cast<std::size_t>(scene.prng.below(to - from)), scene.prng);
    write_file(scene.block_file(), text);
    scene.refit();
    return damaged_at(begin);
}

Expect claim_altered(Scene& scene, const char* name) {
    json::Value manifest = scene.manifest();
    const json::Value& claim = *manifest.find(name);
    if (claim.is_integer()) {
        manifest.set(name, claim.as_integer() + (scene.prng.chance(1, 2) ? 1 : -1));
    } else {
        std::string text = claim.as_string();
        char& c = text[any_place(text, scene.prng)];
        c = c == '0' ? '1' : '0';
        manifest.set(name, text);
    }
    scene.set_manifest(manifest);
    return wrong(std::string("manifest_") + name, scene.base.height());
}

using Lines = std::vector<std::string>;

std::size_t any_line(const Scene& scene, std::size_t keep = 0) {
    return static_cast<std::size_t>(scene.prng.below(scene.base.chain.lines.size() - keep));
}

Expect leaf_at(const Scene& scene, std::size_t line) {
    return wrong("leaf", scene.base.chain.height_of_line.at(line));
}

constexpr std::size_t kHead = 53;      // of an entry: length, type, position, synced, chain
constexpr std::size_t kCert = 1 + 57;  // flag; kind, epoch, view, block, signers
constexpr std::size_t kHeader = kHead + kCert + 3 * 64;

const ExportKind kFiles[] = {
    {"as it is", [](Scene&) { return complete(); }},
    {"as it is, written anew",
     [](Scene& scene) {
         scene.write(scene.base.chain.blocks);
         return complete();
     }},
    {"blocks: a bit",
     [](Scene& scene) {
         std::string text = read_file(scene.block_file());
         flip(text, any_place(text, scene.prng), scene.prng);
         write_file(scene.block_file(), text);
         return unreadable(kNotListed);
     }},
    {"blocks: cut short",
     [](Scene& scene) {
         std::string text = read_file(scene.block_file());
         text.resize(any_place(text, scene.prng));
         write_file(scene.block_file(), text);
         return unreadable(kNotListed);
     }},
    {"blocks: bytes more",
     [](Scene& scene) {
         std::string text = read_file(scene.block_file());
         text.append(static_cast<std::size_t>(1 + scene.prng.below(200)), 'x');
         write_file(scene.block_file(), text);
         return unreadable(kNotListed);
     }},
    {"blocks: gone",
     [](Scene& scene) {
         fs::remove(scene.block_file());
         return unreadable("cannot be read");
     }},
    {"blocks: renamed",
     [](Scene& scene) {
         fs::rename(scene.block_file(), scene.folder / "blocks" / "000002.blk");
         return unreadable("cannot be read");
     }},
    {"blocks: renamed, manifest fits",
     [](Scene& scene) {
         fs::rename(scene.block_file(), scene.folder / "blocks" / "000002.blk");
         scene.refit();
         return unreadable("000001.blk: damaged at offset 0 (segment_missing)");
     }},
    {"blocks: a file more",
     [](Scene& scene) {
         write_file(scene.folder / "blocks" / (scene.prng.chance(1, 2) ? "000002.blk" : "notes"),
                    "x");
         return unreadable(kOtherFiles);
     }},
    {"blocks: a segment twice, manifest fits",
     [](Scene& scene) {
         fs::copy(scene.block_file(), scene.folder / "blocks" / "000002.blk");
         scene.refit();
         return unreadable("000002.blk: damaged at offset 0 (position)");
     }},
    {"blocks: empty, manifest fits",
     [](Scene& scene) {
         write_file(scene.block_file(), "");
         scene.refit();
         return wrong("manifest_height", 0);
     }},
    {"blocks: cut inside an entry, manifest fits",
     [](Scene& scene) {
         std::string text = read_file(scene.block_file());
         const auto offsets = entry_offsets(text);
         const auto height = static_cast<std::size_t>(1 + scene.prng.below(offsets.size() - 1));
         const std::size_t begin = offsets[height - 1];
         text.resize(begin + 1 +
                     static_cast<std::size_t>(scene.prng.below(offsets[height] - begin - 1)));
         write_file(scene.block_file(), text);
         scene.refit();
         return damaged_at(begin);
     }},
    {"blocks: bytes more, manifest fits",
     [](Scene& scene) {
         std::string text = read_file(scene.block_file());
         const std::size_t end = text.size();
         text.append(static_cast<std::size_t>(1 + scene.prng.below(200)), 'x');
         write_file(scene.block_file(), text);
         scene.refit();
         return damaged_at(end);
     }},
    {"blocks: a bit in an entry's head, manifest fits",
     [](Scene& scene) { return flip_in_entry(scene, 0, kHead); }},
    {"blocks: a bit in a certificate, manifest fits",
     [](Scene& scene) { return flip_in_entry(scene, kHead, kHeader); }},
    {"blocks: a bit in a header, manifest fits",
     [](Scene& scene) { return flip_in_entry(scene, kHeader, kHeader + chain::kHeaderBytes); }},
    {"blocks: a bit in a transaction, manifest fits",
     [](Scene& scene) {
         return flip_in_entry(scene, kHeader + chain::kHeaderBytes + 8,
                              kHeader + chain::kHeaderBytes + 600);
     }},
    {"manifest: gone",
     [](Scene& scene) {
         fs::remove(scene.folder / "manifest.json");
         return unreadable("cannot be read");
     }},
    {"manifest: cut",
     [](Scene& scene) {
         std::string text = read_file(scene.folder / "manifest.json");
         text.resize(static_cast<std::size_t>(scene.prng.below(text.size() - 2)));
         write_file(scene.folder / "manifest.json", text);
         return unreadable("not a manifest");
     }},
    {"manifest: a member twice",
     [](Scene& scene) {
         std::string text = read_file(scene.folder / "manifest.json");
         text.insert(1, "\"height\":1,");
         write_file(scene.folder / "manifest.json", text);
         return unreadable("not a manifest");
     }},
    {"manifest: another version",
     [](Scene& scene) {
         json::Value manifest = scene.manifest();
         manifest.set("version", 2 + static_cast<std::int64_t>(scene.prng.below(5)));
         scene.set_manifest(manifest);
         return unreadable("version that is not known");
     }},
    {"manifest: hash of a file",
     [](Scene& scene) {
         json::Value manifest = scene.manifest();
         json::Array& files = manifest["files"].as_array();
         json::Value& file = files[static_cast<std::size_t>(scene.prng.below(files.size()))];
         file.set("sha256", std::string(64, '0'));
         scene.set_manifest(manifest);
         return unreadable(kNotListed);
     }},
    {"manifest: size of a file",
     [](Scene& scene) {
         json::Value manifest = scene.manifest();
         json::Value& file = manifest["files"].as_array().front();
         file.set("bytes", file.integer_or("bytes", 0) + 1);
         scene.set_manifest(manifest);
         return unreadable(kNotListed);
     }},
    {"manifest: a file left out",
     [](Scene& scene) {
         json::Value manifest = scene.manifest();
         json::Array& files = manifest["files"].as_array();
         files.erase(files.begin() + static_cast<std::ptrdiff_t>(scene.prng.below(files.size())));
         scene.set_manifest(manifest);
         return unreadable(kOtherFiles);
     }},
    {"manifest: a file of elsewhere",
     [](Scene& scene) {
         json::Value manifest = scene.manifest();
         json::Value file = manifest["files"].as_array().front();
         file.set("name", scene.prng.chance(1, 2) ? "../../etc/passwd" : "/etc/passwd");
         manifest["files"].push(file);
         scene.set_manifest(manifest);
         return unreadable("a path that leaves the folder");
     }},
    {"manifest: chain", [](Scene& scene) { return claim_altered(scene, "chain_id"); }},
    {"manifest: height", [](Scene& scene) { return claim_altered(scene, "height"); }},
    {"manifest: tip", [](Scene& scene) { return claim_altered(scene, "tip"); }},
    {"manifest: state root", [](Scene& scene) { return claim_altered(scene, "state_root"); }},
    {"manifest: log root", [](Scene& scene) { return claim_altered(scene, "log_root"); }},
    {"manifest: log size", [](Scene& scene) { return claim_altered(scene, "log_size"); }},
    {"lines: gone",
     [](Scene& scene) {
         fs::remove(scene.leaves_file());
         return unreadable("cannot be read");
     }},
    {"lines: a bit",
     [](Scene& scene) {
         std::string text = read_file(scene.leaves_file());
         flip(text, any_place(text, scene.prng), scene.prng);
         write_file(scene.leaves_file(), text);
         return unreadable(kNotListed);
     }},
    {"lines: cut, manifest fits",
     [](Scene& scene) {
         std::string text = read_file(scene.leaves_file());
         text.resize(any_place(text, scene.prng));
         write_file(scene.leaves_file(), text);
         scene.refit();
         return Expect{Expect::Kind::wrong, {"leaf"}, {}, 0};
     }},
    {"lines: one altered, manifest fits",
     [](Scene& scene) {
         Lines lines = scene.base.chain.lines;
         const std::size_t at = any_line(scene);
         std::string& line = lines[at];
         char& c = line[any_place(line, scene.prng)];
         c = c == '7' ? '8' : '7';
         scene.write_lines(lines);
         return leaf_at(scene, at);
     }},
    {"lines: a refusal said to be a success, manifest fits",
     [](Scene& scene) {
         Lines lines = scene.base.chain.lines;
         std::size_t at = any_line(scene);
         while (!scene.base.chain.refused_line[at]) at = any_line(scene);
         json::Value line = *json::parse(lines[at], 1024 * 1024);
         line["outcome"] = json::Object{{"record", "PL-1"}, {"result", "OK"}, {"version", 1}};
         lines[at] = json::write(line);
         scene.write_lines(lines);
         return leaf_at(scene, at);
     }},
    {"lines: the refusals left out, manifest fits",
     [](Scene& scene) {
         Lines lines;
         std::optional<std::size_t> first;
         for (std::size_t i = 0; i < scene.base.chain.lines.size(); ++i) {
             if (scene.base.chain.refused_line[i]) {
                 if (!first) first = i;
             } else {
                 lines.push_back(scene.base.chain.lines[i]);
             }
         }
         scene.write_lines(lines);
         return leaf_at(scene, *first);
     }},
    {"lines: one left out, manifest fits",
     [](Scene& scene) {
         Lines lines = scene.base.chain.lines;
         const std::size_t at = any_line(scene, 1);
         lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(at));
         scene.write_lines(lines);
         return leaf_at(scene, at);
     }},
    {"lines: the last left out, manifest fits",
     [](Scene& scene) {
         Lines lines = scene.base.chain.lines;
         lines.pop_back();
         scene.write_lines(lines);
         return leaf_at(scene, lines.size());
     }},
    {"lines: one twice, manifest fits",
     [](Scene& scene) {
         Lines lines = scene.base.chain.lines;
         const std::size_t at = any_line(scene, 1);
         lines.insert(lines.begin() + static_cast<std::ptrdiff_t>(at), scene.base.chain.lines[at]);
         scene.write_lines(lines);
         return leaf_at(scene, at + 1);
     }},
    {"lines: two exchanged, manifest fits",
     [](Scene& scene) {
         Lines lines = scene.base.chain.lines;
         const std::size_t at = any_line(scene, 1);
         std::swap(lines[at], lines[at + 1]);
         scene.write_lines(lines);
         return leaf_at(scene, at);
     }},
    {"lines: one more at the end, manifest fits",
     [](Scene& scene) {
         Lines lines = scene.base.chain.lines;
         lines.push_back(scene.prng.chance(1, 2) ? "{}" : lines.back());
         scene.write_lines(lines);
         return wrong("leaf", scene.base.height());
     }},
};

}  // namespace

std::span<const ExportKind> file_kinds() {
    return kFiles;
}

}  // namespace quanlu::forge
