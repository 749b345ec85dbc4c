// Versions are a chain of staged blocks over the store. A node or value of height v is looked for
// in the staged block of that height if there is one, else in the store: heights along a chain are
// distinct.
#include "ledger/state/store.h"

#include <algorithm>

#include "crypto/hash.h"
#include "ledger/state/cache.h"
#include "ledger/state/records.h"
#include "ledger/state/tree.h"

namespace quanlu::state {

namespace {

using ValuePtr = std::shared_ptr<const json::Value>;
constexpr std::size_t kNodesCached =
    30'000;  // about 2.3 KB each: the upper levels of a tree of 10^6 keys
constexpr std::size_t kValuesCached = 16'000;  // parsed records, about 1 KB each

}  // namespace

struct Store::Impl {
    kv::KvStore& kv;
    std::optional<Applied> applied;
    VersionPtr final_version;
    Cache<NodePlace, NodePtr> nodes{kNodesCached};
    Cache<std::pair<std::uint64_t, Hash>, ValuePtr> values{kValuesCached};

    explicit Impl(kv::KvStore& store) : kv(store) {}

    NodePtr load_node(std::uint64_t version, const Hash& along, std::size_t depth) {
        const NodePlace place(version, along, depth);
        if (NodePtr held = nodes.find(place)) return held;
        const std::optional<Bytes> bytes = kv.get(node_key(place));
        ENSURE(bytes.has_value(), "a tree node is missing: quanlud reindex rebuilds the state");
        std::optional<Node> node = decode_node(*bytes);
        ENSURE(node.has_value(), "a tree node is damaged: quanlud reindex rebuilds the state");
        auto loaded = std::make_shared<const Node>(*std::move(node));
        nodes.put(place, loaded);
        return loaded;
    }

    ValuePtr load_value(std::uint64_t version, const Hash& key_hash) {
        if (ValuePtr held = values.find({version, key_hash})) return held;
        const std::optional<Bytes> text = kv.get(value_key(version, key_hash));
        ENSURE(text.has_value(), "a value is missing: quanlud reindex rebuilds the state");
        auto value = json::parse(as_text(*text), 64 * json::kSizeMax);
        ENSURE(value.ok(), "a value is damaged: quanlud reindex rebuilds the state");
        auto parsed = std::make_shared<const json::Value>(std::move(value).value());
        values.put({version, key_hash}, parsed);
        return parsed;
    }
};

struct Version::Data {
    Store::Impl* store = nullptr;
    mutable VersionPtr parent;  // let go of when this version is final
    Height height;
    Child root;
    Hash root_hash;
    std::map<std::string, ValuePtr, std::less<>> written;      // by key, nullptr: deleted
    std::map<Hash, std::pair<ValuePtr, std::string>> by_hash;  // by key hash, with the JCS text
    std::map<NodePlace, NodePtr> nodes;
    std::vector<Bytes> stale;

    NodePtr load(const Child& reference, const Hash& along, std::size_t depth) const {
        for (const Data* at = this; at != nullptr;
             at = at->parent ? at->parent->data_.get() : nullptr) {
            if (at->height.value != reference.version) continue;
            const auto found = at->nodes.find({reference.version, along, depth});
            if (found != at->nodes.end()) return found->second;
            break;
        }
        return store->load_node(reference.version, along, depth);
    }

    [[nodiscard]] ValuePtr value_of(const Child& leaf) const {
        for (const Data* at = this; at != nullptr;
             at = at->parent ? at->parent->data_.get() : nullptr) {
            if (at->height.value != leaf.version) continue;
            const auto found = at->by_hash.find(leaf.key_hash);
            if (found != at->by_hash.end()) return found->second.first;
            break;
        }
        return store->load_value(leaf.version, leaf.key_hash);
    }
};

Version::Version(std::unique_ptr<Data> data) : data_(std::move(data)) {}
Version::~Version() {
    // A long chain of parents must not be torn down recursively.
    VersionPtr parent = std::move(data_->parent);
    while (parent && parent.use_count() == 1) {
        VersionPtr next = std::move(parent->data_->parent);
        parent = std::move(next);
    }
}

ValuePtr Version::get(std::string_view key) const {
    for (const Data* at = data_.get(); at != nullptr;
         at = at->parent ? at->parent->data_.get() : nullptr) {
        const auto found = at->written.find(key);
        if (found != at->written.end()) return found->second;
    }
    const Hash key_hash = crypto::sha256(as_bytes(key));
    const auto load = [this](const Child& reference, const Hash& along, std::size_t depth) {
        return data_->load(reference, along, depth);
    };
    NodePtr keeps_alive;
    const Child* leaf = find_leaf(data_->root, key_hash, load, keeps_alive);
    return leaf == nullptr ? nullptr : data_->value_of(*leaf);
}

Height Version::height() const {
    return data_->height;
}
const Hash& Version::root() const {
    return data_->root_hash;
}

Store::Store(kv::KvStore& kv) : impl_(std::make_unique<Impl>(kv)) {
    std::optional<AtHeight> last = read_last(kv);
    if (!last) return;
    auto data = std::make_unique<Version::Data>();
    data->store = impl_.get();
    data->height = last->applied.height;
    data->root = last->root;
    data->root_hash = last->applied.state_root;
    impl_->final_version = VersionPtr(new Version(std::move(data)));
    impl_->applied = std::move(last->applied);
}
Store::~Store() = default;

const kv::Reader& Store::reader() const {
    return impl_->kv;
}

const std::optional<Applied>& Store::applied() const {
    return impl_->applied;
}

VersionPtr Store::final_version() const {
    ENSURE(impl_->final_version != nullptr);
    return impl_->final_version;
}

VersionPtr Store::stage(VersionPtr parent, Height height, const chain::Writes& writes) const {
    auto data = std::make_unique<Version::Data>();
    data->store = impl_.get();
    data->height = height;
    if (parent) {
        ENSURE(height > parent->height());
        data->root = parent->data_->root;
    }
    std::vector<Change> changes;
    changes.reserve(writes.size());
    for (const auto& [key, value] : writes) {
        ENSURE(!key.empty() && key.size() <= 256);
        const Hash key_hash = crypto::sha256(as_bytes(key));
        if (!value) {
            changes.push_back({key_hash, std::nullopt});
            data->written[key] = nullptr;
            continue;
        }
        std::string text = json::write(*value);
        changes.push_back({key_hash, crypto::sha256(as_bytes(text))});
        data->written[key] = value;
        data->by_hash[key_hash] = {value, std::move(text)};
    }
    std::sort(changes.begin(), changes.end(),
              [](const Change& a, const Change& b) { return a.key_hash < b.key_hash; });
    data->parent = std::move(parent);
    const Version::Data* reading = data->parent ? data->parent->data_.get() : data.get();
    const LoadNode load = [reading](const Child& reference, const Hash& along, std::size_t depth) {
        return reading->load(reference, along, depth);
    };
    TreeUpdate update = update_tree(data->root, height.value, changes, load);
    data->root = update.root;
    data->root_hash = update.root.empty() ? proof::tree_empty_hash() : update.root.hash;
    for (auto& [place, node] : update.nodes) data->nodes.emplace(place, std::move(node));
    data->stale = std::move(update.stale);
    return VersionPtr(new Version(std::move(data)));
}

void Store::commit(const VersionPtr& version, const Applied& applied,
                   const std::vector<Hash>& leaves, kv::Batch extra) {
    const Version::Data& data = *version->data_;
    // The same block may have been carried out twice (live and by catch-up): equal by height and
    // root, not by object.
    ENSURE(data.parent == nullptr || (impl_->final_version != nullptr &&
                                      data.parent->height() == impl_->final_version->height() &&
                                      data.parent->root() == impl_->final_version->root()),
           "commit out of order");
    ENSURE(applied.height == data.height && applied.state_root == data.root_hash);
    kv::Batch batch = std::move(extra);
    for (const auto& [place, node] : data.nodes) {
        batch.put(node_key(place), encode(*node));
        impl_->nodes.put(place, node);
    }
    for (const auto& [key_hash, value] : data.by_hash) {
        batch.put(value_key(data.height.value, key_hash), to_bytes(as_bytes(value.second)));
        impl_->values.put({data.height.value, key_hash}, value.first);
    }
    if (!data.stale.empty()) batch.put(stale_key(data.height.value), encode_stale(data.stale));
    // The log before this block: what is applied now, or the empty one.
    crypto::LogFrontier log = impl_->applied ? impl_->applied->log : crypto::LogFrontier();
    Bytes subtrees;
    for (const Hash& leaf : leaves) {
        log.append(leaf, [&subtrees](unsigned, std::uint64_t, const Hash& hash) {
            append(subtrees, hash.view());
        });
    }
    if (!leaves.empty()) batch.put(log_nodes_key(log.size() - 1), std::move(subtrees));
    ENSURE(log.size() == applied.log.size() && log.root() == applied.log.root(),
           "log leaves do not fit the header");
    Writer reached;
    reached.u64(data.height.value);
    batch.put(reached_key(), reached.take());
    batch.put(height_key(data.height.value), encode(AtHeight{applied, data.root}));
    impl_->kv.write(batch, false);
    impl_->applied = applied;
    impl_->final_version = version;
    data.parent = nullptr;
}

std::size_t Store::prune(Height height, std::size_t nodes_max) {
    kv::Batch stale_nodes, stale_lists;
    std::size_t pruned = 0;
    impl_->kv.scan(stale_key(0), stale_key(height.value + 1), [&](BytesView key, BytesView value) {
        auto list = decode_stale(value);
        ENSURE(list.has_value(), "a list of stale nodes is whole");
        for (Bytes& stale : *list) {
            stale_nodes.erase(std::move(stale));
            ++pruned;
        }
        stale_lists.erase(to_bytes(key));
        return pruned < nodes_max;
    });
    if (pruned == 0) return 0;
    // Views below this height may miss nodes from now on; they say so instead of guessing.
    Writer mark;
    mark.u64(std::max(height.value, read_pruned(impl_->kv)));
    stale_nodes.put(pruned_key(), mark.take());
    impl_->kv.write(stale_nodes, true);
    impl_->kv.write(stale_lists, false);  // after: what a crash leaves listed is erased once more
    return pruned;
}

}  // namespace quanlu::state
