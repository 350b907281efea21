#include "lib/crypto/sealing_format.h"

#include <sodium.h>

#include <algorithm>

namespace crypto::format {

using base::ErrorKind;
using base::fail;

namespace {

constexpr std::size_t kMaxName = 64;
constexpr std::string_view kColumnLetters = "abcdefghijklmnopqrstuvwxyz0123456789_";
constexpr std::string_view kGroupLetters = "abcdefghijklmnopqrstuvwxyz0123456789:._-";
constexpr std::string_view kDataKeyMagic = "KKDK", kWrapMagic = "KKGW";

bool is_name_of(std::string_view text, std::string_view letters) {
  return !text.empty() && text.size() <= kMaxName && text.find_first_not_of(letters) == std::string_view::npos;
}

base::Status check_class(DataClass data_class) {
  if (data_class < DataClass::health || data_class > DataClass::recording) return fail(ErrorKind::invalid, "no such class of data");
  return {};
}

void put_number(std::string& out, std::uint32_t number, unsigned bytes) {
  while (bytes > 0) out += static_cast<char>((number >> (8 * --bytes)) & 0xff);
}

void put_text(std::string& out, std::string_view text) {
  put_number(out, static_cast<std::uint32_t>(text.size()), 2);
  out += text;
}

std::string head_of(std::string_view magic, const GroupKeyId& id, std::string_view whose) {
  std::string out(magic);
  put_number(out, kVersion, 1);
  put_number(out, static_cast<std::uint32_t>(id.data_class), 1);
  put_number(out, id.epoch, 4);
  put_text(out, id.group);
  put_text(out, whose);
  return out;
}

}  // namespace

base::Status check(const GroupKeyId& id) {
  if (!is_name_of(id.group, kGroupLetters)) return fail(ErrorKind::invalid, "no name of a group");
  if (id.epoch == 0) return fail(ErrorKind::invalid, "epochs count from 1");
  return check_class(id.data_class);
}

base::Status check(const Place& place) {
  KK_TRY(check_row(place.row));
  if (!is_name_of(place.table, kColumnLetters)) return fail(ErrorKind::invalid, "no name of a table");
  if (!is_name_of(place.column, kColumnLetters)) return fail(ErrorKind::invalid, "no name of a column");
  if (place.row_version == 0) return fail(ErrorKind::invalid, "row versions count from 1");
  return check_class(place.data_class);
}

base::Status check_row(std::string_view row) {
  if (!is_row_id(row)) return fail(ErrorKind::invalid, "no row id");
  return {};
}

base::Status check_member(std::string_view member) {
  if (!is_name_of(member, kGroupLetters)) return fail(ErrorKind::invalid, "no name of a member");
  return {};
}

std::string field_context(const Place& place) {
  std::string out;
  put_number(out, kVersion, 1);
  put_text(out, place.table);
  put_text(out, place.column);
  put_text(out, place.row);
  put_number(out, static_cast<std::uint32_t>(place.data_class), 1);
  put_number(out, place.row_version, 4);
  return out;
}

std::string data_key_head(std::string_view row, const GroupKeyId& group) { return head_of(kDataKeyMagic, group, row); }
std::string wrap_head(std::string_view member, const GroupKeyId& group) { return head_of(kWrapMagic, group, member); }

Guarded::Guarded(std::size_t size) : size_(size), bytes_(static_cast<unsigned char*>(sodium_malloc(size))) {}

Guarded::~Guarded() {
  if (bytes_ != nullptr) sodium_free(bytes_);
}

base::Result<Sealed> box_key(std::string_view head, const unsigned char* key, const PublicKey& to) {
  Guarded plain(head.size() + Key::kBytes);
  if (!plain) return fail(ErrorKind::broken, "no guarded memory for a key");
  std::copy_n(key, Key::kBytes, std::copy(head.begin(), head.end(), plain.data()));
  std::string out(1 + crypto_box_SEALBYTES + plain.size(), static_cast<char>(kVersion));
  if (crypto_box_seal(octets(out) + 1, plain.data(), plain.size(), to.bytes.data()) != 0) {
    return fail(ErrorKind::invalid, "a public key that nothing can be sealed to");
  }
  return Sealed(std::move(out));
}

}  // namespace crypto::format
