// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A LevelDB database that two threads fill and read while the third, LevelDB's own, compacts it.
#include <cstdlib>
#include <filesystem>
#include <leveldb/db.h>
#include <string>
#include <thread>

namespace {

void fill(leveldb::DB* db, int number) {
    std::string value;
    for (int i = 0; i < 12; ++i) {
        const std::string key = std::to_string(i % 5) + (i % 2 ? "" : std::to_string(number));
        db->Put({}, key, std::string(8000, 'x'));
        db->Get({}, key, &value);
        if (i % 4 == 3)
            db->Delete({}, key);
    }
    const leveldb::Snapshot* snapshot = db->GetSnapshot();
    db->GetProperty("leveldb.stats", &value);
    db->ReleaseSnapshot(snapshot);
}

} // namespace

int main() {
    const std::string folder = "/tmp/deadheat-leveldb"; // the same in every run, so that schedules replay
    std::filesystem::remove_all(folder);
    leveldb::Options options;
    options.create_if_missing = true;
    options.write_buffer_size = 64 << 10;
    leveldb::DB* db = nullptr;
    if (!leveldb::DB::Open(options, folder, &db).ok())
        return EXIT_FAILURE;
    std::thread one(fill, db, 1), other(fill, db, 2);
    one.join();
    other.join();
    delete db;
    std::filesystem::remove_all(folder);
}
