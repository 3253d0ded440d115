"""What the trace calls the things that are done to a book, in words for its owner."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

WORDS: dict[str, str | Promise] = {
    "read": _("xem"),
    "search": _("tìm"),
    "history": _("xem các bản cũ"),
    "everything": _("lấy bản sao toàn bộ"),
    "summary": _("lấy bản tóm tắt"),
    "print": _("in giấy"),
    "download": _("tải tệp"),
    "export": _("xuất hồ sơ"),
    "create": _("thêm vào sổ"),
    "update": _("sửa"),
    "relabel": _("đổi nhãn riêng tư"),
    "delete": _("xóa"),
    "purge": _("xóa hẳn"),
    "forget": _("xóa hẳn"),
    "file": _("đưa hồ sơ vào sổ"),
    "import": _("đưa hồ sơ vào sổ"),
    "send": _("gửi hồ sơ"),
    "subscribe": _("đăng ký nhận tin về sổ"),
    "unsubscribe": _("thôi nhận tin về sổ"),
    "reconcile": _("đối chiếu với cơ sở dữ liệu dân cư"),
    "resolve": _("quyết định điểm khác với dân cư"),
    "match": _("tìm người có sổ này"),
    "merge": _("nhập hai sổ của một người"),
    "consent": _("cho xem, hoặc thôi cho xem"),
    "share": _("chia sẻ bằng đường dẫn"),
    "hide": _("giấu, hoặc thôi giấu"),
    "name": _("nhờ người giữ sổ, hoặc thôi nhờ"),
    "withdraw": _("thôi giữ sổ"),
    "custody": _("chấm dứt quyền giữ sổ theo quyết định"),
    "break-glass": _("mở sổ để cấp cứu"),
    "review": _("xem lại"),
    "ask": _("gửi yêu cầu"),
    "answer": _("trả lời yêu cầu"),
    "open": _("mở tài khoản"),
    "disable": _("khóa tài khoản"),
    "sign-in": _("đăng nhập"),
    "print-code": _("in mã kích hoạt"),
    "issue-card": _("cấp thẻ QR và PIN"),
    "end-card": _("khóa thẻ QR"),
    "change-phone": _("đổi số điện thoại"),
    "keep-phone": _("giữ số điện thoại cũ"),
    "add-passkey": _("thêm khóa truy cập"),
    "remove-passkey": _("bỏ khóa truy cập"),
    "add-totp": _("thêm ứng dụng mã"),
}
"""Action → words. Closed by a test against what policy and the rooms record about persons."""
