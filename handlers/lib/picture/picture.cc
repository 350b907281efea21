#include "lib/picture/picture.h"

#include <vips/vips.h>

#include <memory>

namespace picture {

using base::ErrorKind;
using base::fail;

namespace {

struct Unref {
  void operator()(VipsImage* image) const { g_object_unref(image); }
};
using Image = std::unique_ptr<VipsImage, Unref>;

// What libvips said of it stays in its own buffer, which nobody reads.
tl::unexpected<base::Error> refuse(ErrorKind kind, const char* why) {
  vips_error_clear();
  return fail(kind, why);
}

bool is_known(std::string_view bytes) {
  return bytes.starts_with("\x89PNG\r\n\x1A\n") || bytes.starts_with("\xFF\xD8\xFF") || (bytes.starts_with("RIFF") && bytes.substr(0, 12).ends_with("WEBP"));
}

// webpsave's own "strip" keeps EXIF and XMP in libvips 8.14.
void forget_metadata(VipsImage* image) {
  const std::unique_ptr<char*, decltype(&g_strfreev)> fields(vips_image_get_fields(image), g_strfreev);
  for (char** field = fields.get(); *field != nullptr; ++field) vips_image_remove(image, *field);
}

}  // namespace

base::Status init() {
  if (vips_init("picture") != 0) return fail(ErrorKind::broken, "libvips does not start");
  vips_block_untrusted_set(TRUE);  // its loaders that are not fuzzed
  vips_cache_set_max(0);
  vips_concurrency_set(1);
  return {};
}

base::Result<std::string> clean(std::string_view bytes) {
  if (bytes.size() > kMostBytes) return refuse(ErrorKind::too_large, "too many bytes");
  if (!is_known(bytes)) return refuse(ErrorKind::invalid, "neither JPEG, PNG nor WebP");
  // The head alone: what a bomb says of itself is known before a pixel is unpacked.
  const Image head(vips_image_new_from_buffer(bytes.data(), bytes.size(), "", nullptr));
  if (!head) return refuse(ErrorKind::invalid, "no picture");
  const int width = vips_image_get_width(head.get()), height = vips_image_get_height(head.get());
  if (width > kMostSide || height > kMostSide || static_cast<long>(width) * height > kMostPixels) return refuse(ErrorKind::too_large, "too many pixels");
  const Image whole(vips_image_new_from_buffer(bytes.data(), bytes.size(), "", "access", VIPS_ACCESS_SEQUENTIAL, "fail_on", VIPS_FAIL_ON_ERROR, nullptr));
  VipsImage* made = nullptr;
  if (!whole || vips_thumbnail_image(whole.get(), &made, kWidth, "height", kHeight, "size", VIPS_SIZE_DOWN, "export_profile", "srgb", nullptr) != 0) return refuse(ErrorKind::invalid, "a broken picture");
  const Image small(made);
  VipsImage* copied = nullptr;
  if (vips_copy(small.get(), &copied, nullptr) != 0) return refuse(ErrorKind::invalid, "a broken picture");
  const Image bare(copied);
  forget_metadata(bare.get());
  void* out = nullptr;
  std::size_t size = 0;
  if (vips_webpsave_buffer(bare.get(), &out, &size, "Q", 82, "strip", TRUE, nullptr) != 0) return refuse(ErrorKind::invalid, "a broken picture");
  const std::unique_ptr<void, decltype(&g_free)> owner(out, g_free);
  return std::string(static_cast<const char*>(out), size);
}

}  // namespace picture
