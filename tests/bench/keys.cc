// Sealing and opening per second on one core, and sealing 100,000 data keys anew through the real database. `run keys` gives KK_DB_SOCKET and KK_DB_USER.
#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "lib/custody/custody.h"

namespace {

using Clock = std::chrono::steady_clock;
double seconds_since(Clock::time_point begin) { return std::chrono::duration<double>(Clock::now() - begin).count(); }

template <typename T>
T take(base::Result<T> result) {
  if (!result) {
    std::fprintf(stderr, "bench: %s\n", result.error().detail.c_str());
    std::exit(1);
  }
  return std::move(*result);
}
void done(const base::Status& status) {
  if (!status) std::exit((std::fprintf(stderr, "bench: %s\n", status.error().detail.c_str()), 1));
}

struct Directory {
  crypto::SigningKey key = take(crypto::SigningKey::random()), one = take(crypto::SigningKey::random()), two = take(crypto::SigningKey::random());
  crypto::Certificate certificate(std::int64_t id, const crypto::SigningKey& of) const {
    return {id, of.public_key(), "2099-12-31", key.sign(crypto::certificate_text(id, of.public_key(), "2099-12-31"))};
  }
  crypto::Administrators administrators() const { return crypto::Administrators(key.public_key(), {certificate(1, one), certificate(2, two)}, "2026-01-01"); }
  crypto::TrustedGroupKey trust(const crypto::GroupPublicKey& group) const {
    const std::string text = crypto::group_text(group);
    return take(administrators().trust(group, {{1, one.sign(text)}, {2, two.sign(text)}}));
  }
};

template <typename Work>
double per_second(Work work) {
  const auto begin = Clock::now();
  int times = 0;
  for (; seconds_since(begin) < 1.0; ++times) work();
  return times / seconds_since(begin);
}

void records() {
  const Directory directory;
  const crypto::GroupSecretKey group{{"unit:sports", crypto::DataClass::health, 1}, take(crypto::SecretKey::random())};
  const auto trusted = directory.trust(group.public_half());
  const std::string row = keys::new_row_id(), text(300, 'x');
  const crypto::Place place{"answers", "text", row, crypto::DataClass::health, 1};
  const auto key = take(crypto::DataKey::random());
  const auto sealed_key = take(crypto::seal_data_key(key, row, trusted));
  const auto sealed = take(crypto::seal_field(key, place, text));
  const double seal = per_second([&] {
    const auto fresh = take(crypto::DataKey::random());
    take(crypto::seal_data_key(fresh, row, trusted));
    take(crypto::seal_field(fresh, place, text));
  });
  const double open = per_second([&] { take(crypto::open_field(take(crypto::open_data_key(sealed_key, row, group)), place, sealed)); });
  const double field_seal = per_second([&] { take(crypto::seal_field(key, place, text)); });
  const double field_open = per_second([&] { take(crypto::open_field(key, place, sealed)); });
  std::printf("seal a record (key and one field of 300 letters): %.0f/s; open it: %.0f/s; a field alone: %.0f/s, %.0f/s\n", seal, open, field_seal, field_open);
}

// Through the real schema: people 1 to 4, of whom 1 and 2 sign and 3 and 4 are members.
void reseal(db::Connection& db, int count) {
  const auto now = std::chrono::time_point_cast<base::UtcTime::duration>(std::chrono::system_clock::now());
  const auto directory = take(crypto::SigningKey::random());
  const auto recovery = take(crypto::SecretKey::random());
  const keys::Anchors anchors{directory.public_key(), recovery.public_key()};
  std::vector<crypto::Key> keks;
  for (int id = 1; id <= 4; ++id) {
    const std::string text = std::to_string(id);
    done(db.write("INSERT INTO staff (id, login, name, email, lang, state, created_utc) VALUES (?, ?, 'P', 'p@example.com', 'fi', 'active', ?)", id, "p" + text, now));
    keks.push_back(take(crypto::Key::random()));
    done(custody::make_keys(db, id, keks.back(), now));
  }
  const auto unlocked = [&](std::int64_t id) { return std::move(*take(custody::unlock(db, id, keks[static_cast<std::size_t>(id - 1)]))); };
  const auto bytes = [](const auto& key) { return std::string(reinterpret_cast<const char*>(key.bytes.data()), key.bytes.size()); };
  for (const int id : {1, 2}) {
    const auto own = unlocked(id);
    done(db.write("INSERT INTO key_certificates (staff_id, sign_public, until_day, signature) VALUES (?, ?, '2099-12-31', ?)", id, bytes(own.keys.sign),
                  bytes(directory.sign(crypto::certificate_text(id, own.keys.sign, "2099-12-31")))));
  }
  const auto admins = take(keys::administrators(db, anchors, now));
  const auto sign = [&](const std::string& text) {
    for (const int id : {1, 2}) done(custody::sign(db, admins, unlocked(id), text, now));
  };
  for (const int id : {3, 4}) sign(crypto::person_text(unlocked(id).keys));
  const auto make = [&] { sign(crypto::group_text(take(custody::make_epoch(db, admins, anchors, "unit:sports", crypto::DataClass::health, {3, 4}, 1, now)))); };
  make();
  const auto group = take(keys::current_group_key(db, admins, "unit:sports", crypto::DataClass::health));
  const auto begin_seal = Clock::now();
  for (int made = 0; made < count;) {
    done(db.transact([&]() -> base::Status {
      for (int i = 0; i < 500 && made < count; ++i, ++made) {
        auto key = keys::new_record_key(db, group, keys::new_row_id(), "answers");
        if (!key) return base::fail(key.error());
      }
      return {};
    }));
  }
  std::printf("%d data keys made and stored in %.1f s\n", count, seconds_since(begin_seal));
  make();
  const auto member = take(custody::as_member(unlocked(3)));
  const auto begin = Clock::now();
  while (take(custody::reseal(db, admins, "unit:sports", crypto::DataClass::health, member, 500)) > 0) {
  }
  const double taken = seconds_since(begin);
  std::printf("%d data keys sealed anew in %.1f s: %.0f/s\n", count, taken, count / taken);
}

}  // namespace

int main() {
  done(crypto::init());
  records();
  if (const char* socket = std::getenv("KK_DB_SOCKET")) {
    db::Connection db({socket, "kuntakauppa", std::getenv("KK_DB_USER"), ""});
    reseal(db, 100000);
  }
  return 0;
}
