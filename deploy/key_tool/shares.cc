#include "key_tool/shares.h"

extern "C" {
#include <libgfshare.h>
}

#include <array>

namespace key_tool {

using base::ErrorKind;
using base::fail;

namespace {

constexpr unsigned kSize = 32, kCount = 3, kThreshold = 2;
constexpr std::size_t kGroups = 16;

void fill(unsigned char* to, unsigned int size) {
  const std::string bytes = crypto::random_bytes(size);
  std::copy(bytes.begin(), bytes.end(), to);
}

// What is typed wrong is found before it is tried.
std::string check_of(const Share& share) {
  return crypto::to_hex(crypto::as_bytes(crypto::sha256("kuntakauppa share 1\n" + std::to_string(share.number) + "\n" + share.set + "\n" + share.bytes))).substr(0, 4);
}

std::vector<std::string> split_words(std::string_view text) {
  std::vector<std::string> out(1);
  for (const char c : text) {
    if (c == ' ' || c == '\n' || c == '\r' || c == '\t') continue;
    if (c == '-') out.emplace_back();
    else out.back() += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return out;
}

}  // namespace

std::string set_of(const crypto::PublicKey& key) {
  return crypto::to_hex(crypto::as_bytes(crypto::sha256({reinterpret_cast<const char*>(key.bytes.data()), key.bytes.size()}))).substr(0, 8);
}

std::string to_text(const Share& share) {
  const std::string hex = crypto::to_hex(share.bytes);
  std::string out = "KK1-" + std::to_string(share.number) + "-" + share.set;
  for (std::size_t i = 0; i < kGroups; ++i) out += "-" + hex.substr(4 * i, 4);
  return out + "-" + check_of(share);
}

base::Result<Share> parse_share(std::string_view text) {
  const auto words = split_words(text);
  if (words.size() != kGroups + 4 || words[0] != "kk1") return fail(ErrorKind::invalid, "a share is KK1, its number, its set, 16 groups of four and a check, with hyphens between them");
  Share out;
  if (words[1].size() != 1 || words[1][0] < '1' || words[1][0] > '3') return fail(ErrorKind::invalid, "a share's number is 1, 2 or 3");
  out.number = words[1][0] - '0';
  out.set = words[2];
  if (out.set.size() != 8 || !crypto::from_hex(out.set)) return fail(ErrorKind::invalid, "the set is 8 of 0-9 a-f");
  for (std::size_t i = 0; i < kGroups; ++i) {
    const auto bytes = crypto::from_hex(words[3 + i]);
    if (!bytes || bytes->size() != 2) return fail(ErrorKind::invalid, "group " + std::to_string(i + 1) + " of the share is not four of 0-9 a-f");
    out.bytes += *bytes;
  }
  if (words.back() != check_of(out)) return fail(ErrorKind::invalid, "the share is mistyped somewhere: its check is another");
  return out;
}

base::Result<std::vector<Share>> split(const crypto::SecretKey& key) {
  gfshare_fill_rand = fill;
  std::array<unsigned char, kCount> numbers = {1, 2, 3};
  std::array<unsigned char, kSize> secret{};
  std::copy_n(key.data(), kSize, secret.begin());
  gfshare_ctx* context = gfshare_ctx_init_enc(numbers.data(), kCount, kThreshold, kSize);
  if (context == nullptr) return fail(ErrorKind::broken, "no memory for shares");
  gfshare_ctx_enc_setsecret(context, secret.data());
  std::vector<Share> out;
  for (unsigned char i = 0; i < kCount; ++i) {
    std::array<unsigned char, kSize> share{};
    gfshare_ctx_enc_getshare(context, i, share.data());
    out.push_back({i + 1, set_of(key.public_key()), {reinterpret_cast<const char*>(share.data()), share.size()}});
    crypto::wipe(share.data(), share.size());
  }
  gfshare_ctx_free(context);  // wipes its own
  crypto::wipe(secret.data(), secret.size());
  return out;
}

base::Result<crypto::SecretKey> combine(const std::vector<Share>& shares) {
  if (shares.size() != 2 || shares[0].number == shares[1].number) return fail(ErrorKind::invalid, "two different shares are needed; one alone tells nothing");
  if (shares[0].set != shares[1].set) return fail(ErrorKind::invalid, "the shares are of different sets");
  gfshare_fill_rand = fill;  // what it wipes with
  std::array<unsigned char, 2> numbers = {static_cast<unsigned char>(shares[0].number), static_cast<unsigned char>(shares[1].number)};
  gfshare_ctx* context = gfshare_ctx_init_dec(numbers.data(), 2, kSize);
  if (context == nullptr) return fail(ErrorKind::broken, "no memory for shares");
  for (unsigned char i = 0; i < 2; ++i) {
    std::string bytes = shares[i].bytes;
    gfshare_ctx_dec_giveshare(context, i, reinterpret_cast<unsigned char*>(bytes.data()));
    crypto::wipe(bytes.data(), bytes.size());
  }
  std::array<unsigned char, kSize> secret{};
  gfshare_ctx_dec_extract(context, secret.data());
  gfshare_ctx_free(context);
  auto key = crypto::SecretKey::from_bytes({reinterpret_cast<const char*>(secret.data()), secret.size()});
  crypto::wipe(secret.data(), secret.size());
  if (key && set_of(key->public_key()) != shares[0].set) return fail(ErrorKind::denied, "the shares don't give the key of their set");
  return key;
}

std::string share_page(const Share& share, const std::string& fingerprint) {
  const std::string number = std::to_string(share.number);
  std::string hex = crypto::to_hex(share.bytes), groups;
  for (std::size_t i = 0; i < kGroups; ++i) groups += (i % 4 == 0 ? "\n        " : "-") + hex.substr(4 * i, 4) + (i % 4 == 3 && i + 1 < kGroups ? "-" : "");
  return "KUNTAKAUPPA\n\n"
         "PALAUTUSAVAIN, OSA " + number + "/3  |  ÅTERSTÄLLNINGSNYCKEL, DEL " + number + "/3  |  RECOVERY KEY, SHARE " + number + " OF 3\n\n\n"
         "        KK1-" + number + "-" + share.set + "-" + groups + "-" + check_of(share) + "\n\n\n"
         "Avaimen sormenjälki | Nyckelns fingeravtryck | Fingerprint of the key:\n        " + fingerprint + "\n\n\n"
         "FI  Kaksi kolmesta osasta avaa kaiken salatun. Säilytä osat eri paikoissa, eri henkilöillä, suljetussa kuoressa.\n"
         "    Yksi osa yksin ei kerro mitään. Älä kuvaa, skannaa tai kopioi. Vuosittain harjoitellaan: deploy/README.md.\n\n"
         "SV  Två av tre delar öppnar allt förseglat. Förvara delarna på olika ställen, hos olika personer, i slutet kuvert.\n"
         "    En del ensam säger ingenting. Fotografera, skanna eller kopiera inte. Övning varje år: deploy/README.md.\n\n"
         "EN  Two of the three shares open everything that is sealed. Keep them in different places, with different people, in\n"
         "    a closed envelope. One share alone tells nothing. Do not photograph, scan or copy. Drill every year: deploy/README.md.\n\n\n"
         "Vastaanottaja | Mottagare | Received by: ______________________________   Pvm | Datum | Date: ______________\n";
}

}  // namespace key_tool
