// Damage to the files of a real data directory, at places drawn from a seed: what disks, operators
// and backups do to them.
#pragma once

#include <string>
#include <vector>

#include "crypto/base/bytes.h"
#include "tests/sim/prng.h"

namespace quanlu::disk {

using sim::Prng;

Bytes read_all(const std::string& path);
void write_all(const std::string& path, BytesView bytes);
// All files under a folder, sorted, with their names from there.
std::vector<std::string> files_under(const std::string& folder);
// A copy in place of what stood at `to`.
void copy_tree(const std::string& from, const std::string& to);

// Offsets at which an entry of a block log or journal begins (docs/formats/log.md), and the end.
std::vector<std::size_t> entry_starts(BytesView file);

enum class Family : std::uint8_t {
    flip,       // one bit
    truncate,   // anywhere, or one byte about the border of an entry
    cut_entry,  // exactly at the border of an entry
    zero_page,  // 4096 bytes
    erase,      // the file
    swap,       // two files of the directory
    rubbish,    // appended
    repeat,     // the file's own end appended once more
};
inline constexpr Family kFamilies[] = {Family::flip,      Family::truncate, Family::cut_entry,
                                       Family::zero_page, Family::erase,    Family::swap,
                                       Family::rubbish,   Family::repeat};
const char* to_text(Family family);

// Damages one file under `root`, which is copied there from elsewhere. What was done and where;
// empty when this family has nothing to do to this file.
std::string damage(const std::string& root, const std::string& name, Family family, Prng& random);

// Which part of a node's files this is: "block log", "vote journal", "leveldb .log", ...
std::string part_of(const std::string& name);

}  // namespace quanlu::disk
