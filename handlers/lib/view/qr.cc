#include "lib/view/qr.h"

#include <qrencode.h>

#include <memory>

namespace view {

namespace {

constexpr int kQuiet = 4;  // modules of white around it (ISO/IEC 18004)

struct Freed {
  void operator()(QRcode* code) const { QRcode_free(code); }
};

}  // namespace

base::Result<Html> qr_picture(const std::string& text, const std::string& label) {
  const std::unique_ptr<QRcode, Freed> code(QRcode_encodeString(text.c_str(), 0, QR_ECLEVEL_M, QR_MODE_8, 1));
  if (!code) return base::fail(base::ErrorKind::broken, "no QR code of this");
  const int width = code->width;
  const std::string all = std::to_string(width + 2 * kQuiet);
  std::string path;
  for (int y = 0; y < width; ++y) {
    for (int x = 0; x < width; ++x) {
      if ((code->data[y * width + x] & 1) != 0) path += "M" + std::to_string(x + kQuiet) + " " + std::to_string(y + kQuiet) + "h1v1h-1z";
    }
  }
  return Html{"<svg class=\"qr\" viewBox=\"0 0 " + all + " " + all + "\" role=\"img\" aria-label=\"" + escape(label) +
                    "\"><rect class=\"qr-paper\" width=\"" + all + "\" height=\"" + all + "\"/><path class=\"qr-ink\" d=\"" + path + "\"/></svg>"};
}

}  // namespace view
