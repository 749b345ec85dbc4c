// See sim_fs.h.
#include "tests/disk/sim_fs.h"

#include <algorithm>
#include <cerrno>

#include "crypto/base/check.h"

namespace quanlu::disk {

namespace {

constexpr std::size_t kSector = 512;

}  // namespace

const char* to_text(Keep keep) {
    switch (keep) {
        case Keep::all:
            return "all";
        case Keep::none:
            return "none";
        case Keep::subset:
            return "subset";
        case Keep::torn:
            return "torn";
        case Keep::sectors:
            return "sectors";
    }
    return "";
}

const char* to_text(Fault::Kind kind) {
    switch (kind) {
        case Fault::Kind::none:
            return "none";
        case Fault::Kind::eio:
            return "eio";
        case Fault::Kind::short_write:
            return "short_write";
        case Fault::Kind::enospc:
            return "enospc";
        case Fault::Kind::misdirect:
            return "misdirect";
        case Fault::Kind::flip:
            return "flip";
    }
    return "";
}

SimFs::SimFs() {
    auto root = std::make_shared<Inode>();
    root->is_folder = true;
    inodes_.emplace(0, std::move(root));
}

// --- what a power cut leaves

void SimFs::apply(Bytes& bytes, const Change& change) {
    if (!change.bytes) return bytes.resize(change.offset);
    if (bytes.size() < change.offset + change.bytes->size())
        bytes.resize(change.offset + change.bytes->size());
    std::copy(change.bytes->begin(), change.bytes->end(),
              bytes.begin() + static_cast<std::ptrdiff_t>(change.offset));
}

void SimFs::apply(std::map<std::string, int>& names, const NameChange& change) {
    if (!change.remove.empty()) names.erase(change.remove);
    if (!change.add.empty()) names[change.add] = change.inode;
}

void SimFs::keep_sectors(Bytes& bytes, const Change& change, Prng& random) {
    if (!change.bytes) return apply(bytes, change);
    const std::size_t end = change.offset + change.bytes->size();
    if (bytes.size() < end) bytes.resize(end);
    for (std::size_t at = change.offset; at < end;) {
        const std::size_t next = std::min(end, (at / kSector + 1) * kSector);
        if (random.chance(1, 2)) {
            std::copy_n(change.bytes->begin() + static_cast<std::ptrdiff_t>(at - change.offset),
                        next - at, bytes.begin() + static_cast<std::ptrdiff_t>(at));
        }
        at = next;
    }
}

void SimFs::keep_torn(Bytes& bytes, const Change& change, Prng& random) {
    if (!change.bytes) return;
    const std::size_t end = change.offset + change.bytes->size();
    const std::size_t first = change.offset / kSector, last = end / kSector;
    const std::size_t cut = (first + random.below(last - first + 1)) * kSector;
    if (cut > change.offset) {
        const auto part = BytesView(*change.bytes).first(cut - change.offset);
        apply(bytes, {change.offset, std::make_shared<const Bytes>(to_bytes(part))});
    }
    // The length was written, the bytes were not.
    if (random.chance(1, 4) && bytes.size() < end) bytes.resize(end);
}

void SimFs::keep_of(Inode& inode, Keep keep, Prng& random) const {
    const std::size_t writes = inode.pending.size(), renames = inode.pending_names.size();
    const std::size_t write_end = keep == Keep::torn ? random.below(writes + 1) : writes;
    const bool is_each = rules != Names::journal && (keep == Keep::subset || keep == Keep::sectors);
    const bool is_some = !is_each && keep != Keep::all;
    const std::size_t name_end = is_some ? random.below(renames + 1) : renames;
    for (std::size_t i = 0; keep != Keep::none && i < writes; ++i) {
        if (keep == Keep::sectors) {
            keep_sectors(inode.durable, inode.pending[i], random);
        } else if (i < write_end && (keep != Keep::subset || random.chance(1, 2))) {
            apply(inode.durable, inode.pending[i]);
        } else if (i == write_end) {
            keep_torn(inode.durable, inode.pending[i], random);
        }
    }
    for (std::size_t i = 0; keep != Keep::none && i < name_end; ++i) {
        if (!is_each || random.chance(1, 2)) apply(inode.durable_names, inode.pending_names[i]);
    }
    inode.pending.clear();
    inode.pending_names.clear();
    inode.live = inode.durable;
    inode.names = inode.durable_names;
}

SimFs SimFs::after_power_cut(Keep keep, Prng& random) const {
    SimFs left;
    left.rules = rules;
    left.inodes_ = inodes_;
    left.next_ = next_;
    for (auto& [number, inode] : left.inodes_) {
        if (inode->pending.empty() && inode->pending_names.empty() &&
            inode->live.size() == inode->durable.size() && inode->names == inode->durable_names &&
            inode->live == inode->durable)
            continue;
        inode = std::make_shared<Inode>(*inode);
        left.keep_of(*inode, keep, random);
    }
    return left;
}

// --- look-ups

int SimFs::find(const std::string& path) const {
    int at = 0;
    for (std::size_t from = 1; from < path.size();) {
        const std::size_t slash = std::min(path.find('/', from), path.size());
        const auto& names = inodes_.at(at)->names;
        const auto found = names.find(path.substr(from, slash - from));
        if (found == names.end()) return kNone;
        at = found->second;
        from = slash + 1;
    }
    return at;
}

std::pair<int, std::string> SimFs::split(const std::string& path) const {
    const std::size_t slash = path.rfind('/');
    return {find(path.substr(0, slash)), path.substr(slash + 1)};
}

std::vector<std::string> SimFs::names(int folder) const {
    std::vector<std::string> names;
    for (const auto& [name, inode] : inodes_.at(folder)->names) names.push_back(name);
    return names;
}

const Bytes& SimFs::content(const std::string& path) const {
    static const Bytes kNothing;
    const int inode = find(path);
    return inode == kNone ? kNothing : inodes_.at(inode)->live;
}

std::vector<std::string> SimFs::files(const std::string& folder) const {
    std::vector<std::string> all;
    const int inode = find(folder);
    if (inode == kNone) return all;
    for (const std::string& name : names(inode)) {
        const std::string path = folder + "/" + name;
        if (!is_folder(find(path))) {
            all.push_back(path);
            continue;
        }
        for (std::string& one : files(path)) all.push_back(std::move(one));
    }
    return all;
}

const Bytes& SimFs::durable(const std::string& path) const {
    static const Bytes kNothing;
    const int inode = find(path);
    return inode == kNone ? kNothing : inodes_.at(inode)->durable;
}

// --- operations

SimFs::Inode& SimFs::mutate(int inode) {
    std::shared_ptr<Inode>& held = inodes_.at(inode);
    if (held.use_count() > 1) held = std::make_shared<Inode>(*held);
    return *held;
}

int SimFs::begin(const char* what, const std::string& path) {
    const std::uint64_t number = operations_++;
    if (hook) hook({number, what, path});
    if (fault.at != number) return 0;
    if (fault.kind == Fault::Kind::enospc) is_full_ = true;
    if (fault.kind != Fault::Kind::eio) return 0;
    has_failed_ = true;
    return EIO;
}

int SimFs::read(int file, std::uint64_t offset, std::size_t n, Bytes& out) {
    if (read_fault_at == reads_++) {
        has_failed_ = true;
        return EIO;
    }
    const Bytes& bytes = inodes_.at(file)->live;
    out.clear();
    if (offset >= bytes.size()) return 0;
    const std::size_t take = std::min<std::size_t>(n, bytes.size() - offset);
    out = to_bytes(BytesView(bytes).subspan(offset, take));
    return 0;
}

void SimFs::rename_in(int folder, const NameChange& change) {
    Inode& inode = mutate(folder);
    apply(inode.names, change);
    inode.pending_names.push_back(change);
}

int SimFs::make_folder(const std::string& path) {
    const auto [folder, name] = split(path);
    if (folder == kNone) return ENOENT;
    if (find(path) != kNone) return EEXIST;
    if (const int error = begin("mkdir", path)) return error;
    auto made = std::make_shared<Inode>();
    made->is_folder = true;
    made->parent = folder;
    made->path = path;
    inodes_.emplace(next_, std::move(made));
    rename_in(folder, {"", name, next_++});
    return 0;
}

int SimFs::create(const std::string& path, int& inode) {
    const auto [folder, name] = split(path);
    if (folder == kNone) return ENOENT;
    if (find(path) != kNone) return EEXIST;
    if (const int error = begin("create", path)) return error;
    if (is_full_) {
        has_failed_ = true;
        return ENOSPC;
    }
    auto made = std::make_shared<Inode>();
    made->parent = folder;
    made->path = path;
    inodes_.emplace(next_, std::move(made));
    inode = next_++;
    rename_in(folder, {"", name, inode});
    return 0;
}

int SimFs::write(int file, BytesView bytes, std::size_t& written) {
    written = 0;
    const std::uint64_t number = operations_;
    if (const int error = begin("write", inodes_.at(file)->path)) return error;
    Bytes put = to_bytes(bytes);
    Inode& inode = mutate(file);
    std::uint64_t offset = inode.live.size();
    const bool is_here = fault.at == number && !put.empty();
    if (is_full_ || (is_here && fault.kind == Fault::Kind::short_write)) {
        has_failed_ = true;
        put.resize(put.size() / 2);
    }
    written = fault.kind == Fault::Kind::none ? bytes.size() : put.size();
    if (is_here && fault.kind == Fault::Kind::flip) put[put.size() / 2] ^= 0x10;
    if (is_here && fault.kind == Fault::Kind::misdirect) {
        // The bytes go elsewhere in the same file; where they belong there is nothing.
        const Change hole{offset, std::make_shared<const Bytes>(put.size(), std::uint8_t{0})};
        apply(inode.live, hole);
        inode.pending.push_back(hole);
        offset = offset > kSector ? offset - kSector : 0;
    }
    const Change change{offset, std::make_shared<const Bytes>(std::move(put))};
    apply(inode.live, change);
    inode.pending.push_back(change);
    return is_full_ && written == 0 ? ENOSPC : 0;
}

int SimFs::truncate(int file, std::uint64_t size) {
    if (const int error = begin("truncate", inodes_.at(file)->path)) return error;
    Inode& inode = mutate(file);
    apply(inode.live, {size, nullptr});
    inode.pending.push_back({size, nullptr});
    return 0;
}

void SimFs::settle_names(int inode) {
    if (rules == Names::strict) return;
    if (rules == Names::journal) {
        for (auto& [number, held] : inodes_) {
            if (held->pending_names.empty()) continue;
            Inode& folder = mutate(number);
            for (const NameChange& change : folder.pending_names)
                apply(folder.durable_names, change);
            folder.pending_names.clear();
        }
        return;
    }
    for (int at = inode; inodes_.at(at)->parent != kNone; at = inodes_.at(at)->parent) {
        const std::string& path = inodes_.at(at)->path;
        if (!inodes_.at(at)->is_folder) continue;
        Inode& above = mutate(inodes_.at(at)->parent);
        const std::string name = path.substr(path.rfind('/') + 1);
        const auto is_it = [&](const NameChange& change) { return change.add == name; };
        for (const NameChange& change : above.pending_names) {
            if (is_it(change)) apply(above.durable_names, change);
        }
        std::erase_if(above.pending_names, is_it);
    }
}

int SimFs::sync(int number) {
    const bool is_dir = inodes_.at(number)->is_folder;
    const int error = begin(is_dir ? "sync_dir" : "sync", inodes_.at(number)->path);
    Inode& inode = mutate(number);
    if (error == 0) {
        for (const Change& change : inode.pending) apply(inode.durable, change);
        for (const NameChange& change : inode.pending_names) apply(inode.durable_names, change);
    }
    // Also after a failure: the kernel forgets that these pages were dirty.
    inode.pending.clear();
    inode.pending_names.clear();
    if (error == 0) settle_names(number);
    return error;
}

int SimFs::rename(const std::string& from, const std::string& to) {
    const auto [folder, name] = split(from);
    const auto [target, new_name] = split(to);
    if (folder == kNone || find(from) == kNone) return ENOENT;
    ENSURE(folder == target, "renames stay in one folder");
    if (const int error = begin("rename", to)) return error;
    rename_in(folder, {name, new_name, find(from)});
    return 0;
}

int SimFs::remove(const std::string& path) {
    const auto [folder, name] = split(path);
    const int inode = folder == kNone ? kNone : find(path);
    if (inode == kNone) return ENOENT;
    if (is_folder(inode) && !inodes_.at(inode)->names.empty()) return ENOTEMPTY;
    if (const int error = begin("remove", path)) return error;
    rename_in(folder, {name, "", kNone});
    return 0;
}

}  // namespace quanlu::disk
