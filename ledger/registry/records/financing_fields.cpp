// See financing_fields.h.
#include "ledger/registry/records/financing_fields.h"

namespace quanlu::registry {

namespace {

constexpr std::string_view kKinds =
    "ip_pledge_loan|data_pledge_loan|receivable_pledge|factoring|mixed_pledge|ip_abs_underlying_"
    "loan";
constexpr std::string_view kBands = "below_1m|1m_5m|5m_10m|10m_50m|50m_100m|from_100m";
constexpr std::int64_t kIdsMax = 50;

const Fields& bucket_fields() {
    static const Fields fields = {
        {"year", FieldKind::integer, true, 9999, "", Visible::p, "年度"},
        {"district", FieldKind::text, true, 6, "", Visible::p, "行政区划"},
        {"kind", FieldKind::choice, true, 0, kKinds, Visible::p, "类型"},
        {"amount_band", FieldKind::choice, true, 0, kBands, Visible::p, "金额区间"},
    };
    return fields;
}

const Fields& allocation_fields() {
    static const Fields fields = {
        {"pledge", FieldKind::record, true, 0, "", Visible::c, "质押"},
        {"amount", FieldKind::amount, true, 0, "", Visible::c, "占用额"},
    };
    return fields;
}

const Fields& alert_fields() {
    static const Fields fields = {
        {"basis", FieldKind::record, true, 0, "", Visible::c, "基础"},
        {"why", FieldKind::text, true, 50, "", Visible::c, "事由"},
        {"time_ms", FieldKind::integer, true, json::kIntegerMax, "", Visible::c, "时间"},
    };
    return fields;
}

const Fields& release_fields() {
    static const Fields fields = {
        {"due", FieldKind::date, true, 0, "", Visible::c, "应注销日"},
        {"overdue", FieldKind::boolean, true, 0, "", Visible::c, "逾期"},
    };
    return fields;
}

}  // namespace

const Fields& propose_body() {
    static const Fields fields = {
        {"kind", FieldKind::choice, true, 0, kKinds, Visible::p, "类型"},
        {"lenders", FieldKind::parties, true, 20, "", Visible::c, "贷款方"},
        {"borrower", FieldKind::party, true, 0, "", Visible::c, "借款方"},
        {"guarantors", FieldKind::parties, false, 20, "", Visible::c, "保证方"},
        {"pledge_ids", FieldKind::records, false, kIdsMax, "", Visible::c, "质押登记"},
        {"receivable_ids", FieldKind::records, false, kIdsMax, "", Visible::c, "应收账款"},
        {"certificate_ids", FieldKind::records, false, kIdsMax, "", Visible::c, "合规证书"},
        {"rolls_over", FieldKind::record, false, 0, "", Visible::c, "借新还旧"},
        {"principal", FieldKind::sealed, true, 0, "", Visible::r, "本金"},
        {"secured_claim", FieldKind::amount, true, 0, "", Visible::c, "被担保债权"},
        {"ccy", FieldKind::ccy, true, 0, "", Visible::c, "币种"},
        {"rate", FieldKind::sealed, true, 0, "", Visible::r, "利率"},
        {"rate_kind", FieldKind::sealed, true, 0, "", Visible::r, "利率类型"},
        {"signed_on", FieldKind::date, true, 0, "", Visible::c, "签订日"},
        {"draw_date", FieldKind::date, true, 0, "", Visible::c, "放款日"},
        {"due_date", FieldKind::date, true, 0, "", Visible::c, "到期日"},
        {"repay_plan", FieldKind::sealed, true, 0, "", Visible::c, "还款计划"},
        {"unsecured_gap", FieldKind::boolean, false, 0, "", Visible::c, "登记前放款"},
        {"purpose", FieldKind::sealed, true, 0, "", Visible::c, "用途"},
        {"subsidy_or_risk_pool", FieldKind::sealed, false, 0, "", Visible::c, "贴息与风险补偿"},
        {"statistics_bucket", FieldKind::object, true, 0, "", Visible::p, "统计口径",
         &bucket_fields()},
    };
    return fields;
}

const Fields& financing_fields() {
    static const Fields fields = [] {
        Fields all = propose_body();
        const Fields more = {
            {"proposer", FieldKind::party, true, 0, "", Visible::c, "提出方"},
            {"consents", FieldKind::parties, false, 100, "", Visible::c, "同意方"},
            {"outstanding", FieldKind::amount, false, 0, "", Visible::c, "未偿余额"},
            {"drawn", FieldKind::amount, false, 0, "", Visible::c, "质押占用额"},
            {"allocations", FieldKind::objects, false, kIdsMax, "", Visible::c, "担保分配",
             &allocation_fields()},
            {"debtor_notice", FieldKind::hash, false, 0, "", Visible::c, "违约通知"},
            {"proceeds", FieldKind::sealed, false, 0, "", Visible::c, "处置所得"},
            {"risk_alerts", FieldKind::objects, false, 50, "", Visible::c, "风险提示",
             &alert_fields()},
            {"release_duty", FieldKind::object, false, 0, "", Visible::c, "注销义务",
             &release_fields()},
            {"rolled_into", FieldKind::record, false, 0, "", Visible::c, "续贷事项"},
        };
        all.insert(all.end(), more.begin(), more.end());
        return all;
    }();
    return fields;
}

const Fields& repay_body() {
    static const Fields fields = {{"amount", FieldKind::amount, true, 0, "", Visible::c, "金额"}};
    return fields;
}
const Fields& default_body() {
    static const Fields fields = {
        {"debtor_notice", FieldKind::hash, true, 0, "", Visible::c, "违约通知"},
        {"reason", FieldKind::text, true, 2000, "", Visible::c, "事由"},
    };
    return fields;
}
const Fields& proceeds_body() {
    static const Fields fields = {
        {"amount", FieldKind::amount, true, 0, "", Visible::c, "受偿金额"},
        {"proceeds", FieldKind::sealed, true, 0, "", Visible::c, "处置所得"},
    };
    return fields;
}

}  // namespace quanlu::registry
