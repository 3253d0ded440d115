"""Addresses of an office's pages. Codes of provinces and facilities stand in them, and dates."""

from __future__ import annotations

from django.urls import path, re_path
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sosuckhoe.doors.office.pages import (
    answers,
    coverage,
    custody,
    deliveries,
    demands,
    emergencies,
    home,
    programs,
    quality,
    reach,
    register,
    residents,
    reviews,
    staff,
    today,
    weeks,
)

app_name = "office"
urlpatterns = [
    path("dieu-hanh/", require_safe(home.home), name="home"),
    path("dieu-hanh/so-va-luot/", require_safe(coverage.coverage), name="coverage"),
    path("dieu-hanh/so-va-luot.csv", require_safe(coverage.coverage_csv), name="coverage-csv"),
    path("dieu-hanh/do-bao-phu/", require_safe(reach.reach), name="reach"),
    path("dieu-hanh/do-bao-phu.csv", require_safe(reach.reach_csv), name="reach-csv"),
    path("dieu-hanh/yeu-cau/", require_safe(demands.demands), name="demands"),
    path("dieu-hanh/cap-cuu/", emergencies.emergencies, name="emergencies"),
    path("dieu-hanh/tuan/", require_safe(weeks.weeks), name="weeks"),
    path("dieu-hanh/tuan.csv", require_safe(weeks.weeks_csv), name="weeks-csv"),
    path("dieu-hanh/den-kham/", require_safe(today.today), name="today"),
    path("dieu-hanh/den-kham.csv", require_safe(today.today_csv), name="today-csv"),
    path("dieu-hanh/chat-luong/", require_safe(quality.quality), name="quality"),
    path("dieu-hanh/chat-luong.csv", require_safe(quality.quality_csv), name="quality-csv"),
    path("ung-dung/", programs.listed, name="apps"),
    path("ung-dung/moi", programs.register, name="app"),
    path("doi-soat/", require_safe(reviews.reviews), name="reviews"),
    path("doi-soat/hoan-tac/", require_POST(reviews.undo), name="review-undo"),
    path(
        "doi-soat/<uuid:one>/<uuid:other>/",
        require_http_methods(["GET", "HEAD", "POST"])(reviews.review),
        name="review",
    ),
    path("doi-soat/dan-cu/", require_safe(residents.residents), name="residents"),
    path(
        "doi-soat/dan-cu/<int:number>/",
        require_http_methods(["GET", "HEAD", "POST"])(residents.resident),
        name="resident",
    ),
    path(
        "doi-soat/dan-cu/mat/<int:number>/",
        require_http_methods(["GET", "HEAD", "POST"])(residents.death),
        name="death",
    ),
    path("doi-soat/bao-hiem/", require_safe(residents.insured), name="insured"),
    path("he-thong-gui/", require_safe(deliveries.deliveries), name="deliveries"),
    path("he-thong-gui/yeu-cau/", answers.answers, name="answers"),
    path("he-thong-gui/<int:number>/", require_safe(deliveries.delivery), name="delivery"),
    path("he-thong-gui/<int:number>/tep", require_safe(deliveries.raw), name="delivery-raw"),
    path("quyen-giu-so/", custody.custody_page, name="custody"),
    path("danh-ba/", register.register, name="register"),
    path("danh-ba/<uuid:key>/", require_safe(register.report), name="register-report"),
    path("danh-ba/<uuid:key>/loi.csv", require_safe(register.faults_csv), name="register-faults"),
    path("danh-ba/nhan-vien/", staff.staff, name="staff"),
    path("danh-ba/nhan-vien/mau.csv", require_safe(staff.template), name="staff-template"),
    path("danh-ba/mau/<slug:kind>.csv", require_safe(register.template), name="register-template"),
    re_path("^dieu-hanh/chat-luong/(?P<code>[0-9A-Z]{5})/$", require_safe(quality.facility), name="facility"),
]
