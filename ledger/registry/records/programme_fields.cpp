// See programme_fields.h. Amounts in minor units of `ccy`.
#include "ledger/registry/records/programme_fields.h"

#include "ledger/registry/rules/pool_rules.h"
#include "ledger/registry/rules/waterfall.h"

namespace quanlu::registry::programme {

namespace {

constexpr std::int64_t kWhole = 1'000'000;  // ppm
constexpr std::int64_t kRateMax = 10 * kWhole;
constexpr std::int64_t kDaysMax = 3'660;
constexpr std::int64_t kLinesMax = 40;
constexpr std::int64_t kTranchesMax = 12;
constexpr std::int64_t kFacesMax = 400;  // a holder may hold of several tranches

constexpr std::string_view kStatuses = "eligible|performing|defaulted|replaced|repaid";
constexpr std::string_view kCash = "principal|interest|penalty|recovery";
constexpr std::string_view kTriggers =
    "manager_default|servicer_default|shortfall_payer_failed|rating|default_rate|holder_vote";

Fields joined(const Fields& first, const Fields& more) {
    Fields all = first;
    all.insert(all.end(), more.begin(), more.end());
    return all;
}

const Fields& tranche_fields() {
    static const Fields fields = {
        {"name", FieldKind::text, true, 20, "", Visible::p, "份额简称"},
        {"class", FieldKind::choice, true, 0, kTrancheClasses, Visible::p, "级别"},
        {"face", FieldKind::amount, true, 0, "", Visible::p, "面额"},
        {"coupon_ppm", FieldKind::integer, true, kRateMax, "", Visible::p, "票面利率"},
        {"expected_maturity", FieldKind::date, true, 0, "", Visible::p, "预期到期日"},
        {"rating", FieldKind::text, false, 20, "", Visible::p, "评级"},
    };
    return fields;
}
const Fields& stored_tranche_fields() {
    static const Fields fields =
        joined(tranche_fields(),
               {{"outstanding", FieldKind::amount, true, 0, "", Visible::p, "未偿本金"}});
    return fields;
}
const Fields& face_fields() {
    static const Fields fields = {
        {"tranche", FieldKind::text, true, 20, "", Visible::c, "份额简称"},
        {"holder", FieldKind::party, true, 0, "", Visible::c, "持有人"},
        {"face", FieldKind::amount, true, 0, "", Visible::c, "面额"},
    };
    return fields;
}
const Fields& line_fields() {
    static const Fields fields = {
        {"line", FieldKind::choice, true, 0, kWaterfallLines, Visible::c, "顺序项"},
        {"tranche", FieldKind::text, false, 20, "", Visible::c, "份额简称"},
        {"due", FieldKind::amount, true, 0, "", Visible::c, "应付"},
        {"paid", FieldKind::amount, true, 0, "", Visible::c, "实付"},
    };
    return fields;
}
const Fields& distribution_fields() {
    static const Fields fields = {
        {"n", FieldKind::integer, true, kDistributionsMax, "", Visible::c, "序号"},
        {"pay_date", FieldKind::date, true, 0, "", Visible::c, "兑付日"},
        {"collected", FieldKind::amount, true, 0, "", Visible::c, "归集资金"},
        {"other_credits", FieldKind::amount, true, 0, "", Visible::c, "其他入账"},
        {"lines", FieldKind::objects, true, kLinesMax, "", Visible::c, "分配顺序", &line_fields()},
        {"outstanding", FieldKind::amount, true, 0, "", Visible::c, "分配后未偿"},
    };
    return fields;
}
const Fields& call_fields() {
    static const Fields fields = {
        {"pay_date", FieldKind::date, true, 0, "", Visible::c, "兑付日"},
        {"shortfall_date", FieldKind::date, true, 0, "", Visible::c, "差额支付日"},
        {"amount", FieldKind::amount, true, 0, "", Visible::c, "差额"},
        {"paid", FieldKind::amount, true, 0, "", Visible::c, "已付"},
    };
    return fields;
}
const Fields& pool_fields() {
    static const Fields fields =
        joined({{"no", FieldKind::integer, true, kPoolMax, "", Visible::c, "序号"},
                {"status", FieldKind::choice, true, 0, kStatuses, Visible::c, "状态"},
                {"enterprise", FieldKind::party, true, 0, "", Visible::c, "企业"},
                {"rights", FieldKind::records, true, 100, "", Visible::c, "权利"},
                {"principal_left", FieldKind::amount, true, 0, "", Visible::c, "未偿债权"},
                {"collected", FieldKind::amount, true, 0, "", Visible::c, "已归集"}},
               entry_body());
    return fields;
}

}  // namespace

const Fields& set_up_body() {
    static const Fields fields = {
        {"name", FieldKind::text, true, 200, "", Visible::p, "计划名称"},
        {"exchange", FieldKind::text, true, 100, "", Visible::p, "挂牌场所"},
        {"series_no", FieldKind::integer, true, 9'999, "", Visible::p, "期数"},
        {"ccy", FieldKind::ccy, true, 0, "", Visible::p, "币种"},
        {"custodian", FieldKind::party, true, 0, "", Visible::p, "托管银行"},
        {"originator", FieldKind::party, true, 0, "", Visible::p, "原始权益人"},
        {"servicer", FieldKind::party, true, 0, "", Visible::p, "资产服务机构"},
        {"shortfall_payer", FieldKind::party, false, 0, "", Visible::p, "差额支付承诺人"},
        {"guarantor", FieldKind::party, false, 0, "", Visible::p, "保证人"},
        {"law_firm", FieldKind::party, false, 0, "", Visible::p, "律师事务所"},
        {"rating_agency", FieldKind::party, false, 0, "", Visible::p, "评级机构"},
        {"appraiser", FieldKind::party, false, 0, "", Visible::p, "评估机构"},
        {"waterfall", FieldKind::choices, false, 9, kWaterfallLines, Visible::p, "分配顺序"},
        {"advance_rate_cap_ppm", FieldKind::integer, true, kWhole, "", Visible::p, "质押率上限"},
        {"replacement_cap_ppm", FieldKind::integer, true, kWhole, "", Visible::p, "置换上限"},
        {"default_after_days", FieldKind::integer, true, kDaysMax, "", Visible::p, "违约天数"},
        {"default_rate_trigger_ppm", FieldKind::integer, true, kWhole, "", Visible::p,
         "违约率触发"},
    };
    return fields;
}

const Fields& entry_body() {
    static const Fields fields = {
        {"claim", FieldKind::record, true, 0, "", Visible::c, "基础债权"},
        {"pledge", FieldKind::record, true, 0, "", Visible::c, "质押登记"},
        {"principal", FieldKind::amount, true, 0, "", Visible::c, "入池债权"},
        {"appraised_value", FieldKind::amount, true, 0, "", Visible::c, "评估价值"},
        {"appraisal_id", FieldKind::record, true, 0, "", Visible::c, "评估报告"},
    };
    return fields;
}

const Fields& number_body() {
    static const Fields fields = {
        {"no", FieldKind::integer, true, kPoolMax, "", Visible::c, "序号"}};
    return fields;
}

const Fields& shelf_body() {
    static const Fields fields = {
        {"shelf_amount", FieldKind::amount, true, 0, "", Visible::p, "储架额度"},
        {"shelf_valid_to", FieldKind::date, true, 0, "", Visible::p, "储架有效期至"},
        {"exchange_letter", FieldKind::hash, true, 0, "", Visible::p, "无异议函"},
    };
    return fields;
}

const Fields& issue_body() {
    static const Fields fields = {
        {"issue_amount", FieldKind::amount, true, 0, "", Visible::p, "发行金额"},
        {"issued_on", FieldKind::date, true, 0, "", Visible::p, "设立日"},
        {"tranches", FieldKind::objects, true, kTranchesMax, "", Visible::p, "份额",
         &tranche_fields()},
        {"holders", FieldKind::objects, true, kFacesMax, "", Visible::c, "持有人", &face_fields()},
    };
    return fields;
}

const Fields& collect_body() {
    static const Fields fields = {
        {"no", FieldKind::integer, true, kPoolMax, "", Visible::c, "序号"},
        {"kind", FieldKind::choice, true, 0, kCash, Visible::c, "款项"},
        {"amount", FieldKind::amount, true, 0, "", Visible::c, "金额"},
        {"received_on", FieldKind::date, true, 0, "", Visible::c, "到账日"},
    };
    return fields;
}

const Fields& distribute_body() {
    static const Fields fields = {
        {"pay_date", FieldKind::date, true, 0, "", Visible::c, "兑付日"},
        {"collected", FieldKind::amount, true, 0, "", Visible::c, "归集资金"},
        {"other_credits", FieldKind::amount, true, 0, "", Visible::c, "其他入账"},
        {"lines", FieldKind::objects, true, kLinesMax, "", Visible::c, "分配顺序", &line_fields()},
    };
    return fields;
}

const Fields& replace_body() {
    static const Fields fields =
        joined({{"no", FieldKind::integer, true, kPoolMax, "", Visible::c, "换出序号"},
                {"reason", FieldKind::choice, true, 0, "defect|default|freeze", Visible::c, "事由"},
                {"notice_hash", FieldKind::hash, true, 0, "", Visible::c, "置换通知"}},
               entry_body());
    return fields;
}

const Fields& default_body() {
    static const Fields fields = {
        {"no", FieldKind::integer, true, kPoolMax, "", Visible::c, "序号"},
        {"days_overdue", FieldKind::integer, true, kDaysMax, "", Visible::c, "逾期天数"},
        {"notice_hash", FieldKind::hash, true, 0, "", Visible::c, "违约通知"},
    };
    return fields;
}

const Fields& shortfall_body() {
    static const Fields fields = {
        {"pay_date", FieldKind::date, true, 0, "", Visible::c, "兑付日"},
        {"shortfall_date", FieldKind::date, true, 0, "", Visible::c, "差额支付日"},
        {"needed", FieldKind::amount, true, 0, "", Visible::c, "应付合计"},
    };
    return fields;
}

const Fields& accelerate_body() {
    static const Fields fields = {
        {"trigger", FieldKind::choice, true, 0, kTriggers, Visible::p, "触发事件"},
        {"evidence", FieldKind::hash, false, 0, "", Visible::c, "证明材料"},
    };
    return fields;
}

const Fields& clear_body() {
    static const Fields fields = {
        {"assets_sold", FieldKind::hash, false, 0, "", Visible::c, "资产处置文件"}};
    return fields;
}

const Fields& stored_fields() {
    static const Fields fields = [] {
        Fields all = joined(
            set_up_body(),
            {{"plan_manager", FieldKind::party, false, 0, "", Visible::p, "计划管理人"},
             {"asset_count", FieldKind::integer, false, kPoolMax, "", Visible::p, "入池资产数"},
             {"advance_rate_ppm", FieldKind::integer, false, json::kIntegerMax, "", Visible::p,
              "质押率"},
             {"investors", FieldKind::integer, false, kHoldersMax, "", Visible::p, "持有人数"},
             {"issue_amount", FieldKind::amount, false, 0, "", Visible::p, "发行金额"},
             {"issued_on", FieldKind::date, false, 0, "", Visible::p, "设立日"},
             {"tranches", FieldKind::objects, false, kTranchesMax, "", Visible::p, "份额",
              &stored_tranche_fields()},
             {"holders", FieldKind::objects, false, kFacesMax, "", Visible::c, "持有人",
              &face_fields()},
             {"pool", FieldKind::objects, false, kPoolMax, "", Visible::c, "资产池",
              &pool_fields()},
             {"cash", FieldKind::amount, false, 0, "", Visible::c, "账户资金"},
             {"replaced", FieldKind::amount, false, 0, "", Visible::c, "累计置换"},
             {"distributions", FieldKind::objects, false, kDistributionsMax, "", Visible::c,
              "历次分配", &distribution_fields()},
             {"shortfalls", FieldKind::objects, false, kDistributionsMax, "", Visible::c,
              "差额支付", &call_fields()},
             {"payouts", FieldKind::objects, false, kFacesMax * kLinesMax, "", Visible::c,
              "持有人所得"}});
        for (const Fields* more : {&shelf_body(), &accelerate_body(), &clear_body()}) {
            for (Field field : *more) {
                field.required = false;
                all.push_back(field);
            }
        }
        return all;
    }();
    return fields;
}

}  // namespace quanlu::registry::programme
