// See receivable_fields.h.
#include "ledger/registry/records/receivable_fields.h"

namespace quanlu::registry {

namespace {

constexpr std::string_view kInterests = "pledge|assignment|discount";
constexpr std::string_view kTaxStates = "valid|voided|red_flushed|unknown";

const Fields& slot_fields() {
    static const Fields fields = {
        {"fp", FieldKind::hex32, true, 0, "", Visible::c, "指纹"},
        {"n", FieldKind::integer, true, json::kIntegerMax, "", Visible::c, "序号"}};
    return fields;
}

const Fields& interest_fields() {
    static const Fields fields = {
        {"n", FieldKind::integer, true, json::kIntegerMax, "", Visible::c, "序号"},
        {"kind", FieldKind::choice, true, 0, kInterests, Visible::c, "权益类型"},
        {"financier", FieldKind::party, true, 0, "", Visible::c, "融资方"},
        {"assigner", FieldKind::party, true, 0, "", Visible::c, "出让方"},
        {"amount", FieldKind::amount, true, 0, "", Visible::c, "融资金额"},
        {"outstanding", FieldKind::amount, true, 0, "", Visible::c, "未偿金额"},
        {"recourse", FieldKind::boolean, false, 0, "", Visible::c, "有追索权"},
        {"agreement", FieldKind::sealed, true, 0, "", Visible::c, "融资合同"},
        {"zdw_registration_no", FieldKind::text, false, 40, "", Visible::c, "中登网登记号"},
        {"zdw_registered_on", FieldKind::date, false, 0, "", Visible::c, "中登网登记日"},
        {"zdw_term_to", FieldKind::date, false, 0, "", Visible::c, "中登网登记期限"},
        {"since_ms", FieldKind::integer, true, json::kIntegerMax, "", Visible::c, "起"},
    };
    return fields;
}

const Fields& confirmation_fields() {
    static const Fields fields = {
        {"status", FieldKind::choice, true, 0, "confirmed", Visible::c, "状态"},
        {"party", FieldKind::party, true, 0, "", Visible::c, "债务人"},
        {"time_ms", FieldKind::integer, true, json::kIntegerMax, "", Visible::c, "时间"},
    };
    return fields;
}

const Fields& tax_fields() {
    static const Fields fields = {
        {"status", FieldKind::choice, true, 0, kTaxStates, Visible::c, "发票状态"},
        {"checked_at_ms", FieldKind::integer, true, json::kIntegerMax, "", Visible::c, "查验时间"},
        {"checker", FieldKind::party, true, 0, "", Visible::c, "查验方"},
    };
    return fields;
}

const Fields& transfer_fields() {
    static const Fields fields = {
        {"interest", FieldKind::integer, true, json::kIntegerMax, "", Visible::c, "权益序号"},
        {"to", FieldKind::party, true, 0, "", Visible::c, "受让方"},
    };
    return fields;
}

}  // namespace

const Fields& fingerprint_body() {
    static const Fields fields = {
        {"seller", FieldKind::party, true, 0, "", Visible::c, "卖方"},
        {"buyer", FieldKind::party, true, 0, "", Visible::c, "债务人"},
        {"invoice_kind", FieldKind::choice, true, 0,
         "e_fapiao_20|fapiao_code_no|bill|foreign_invoice", Visible::p, "票据类型"},
        {"invoice_number", FieldKind::sealed, true, 0, "", Visible::r, "发票号码"},
        {"invoice_code", FieldKind::sealed, false, 0, "", Visible::r, "发票代码"},
        {"invoice_date", FieldKind::date, true, 0, "", Visible::c, "开票日"},
        {"invoice_amount", FieldKind::amount, true, 0, "", Visible::c, "价税合计"},
        {"ccy", FieldKind::ccy, true, 0, "", Visible::c, "币种"},
        {"tax_amount", FieldKind::sealed, true, 0, "", Visible::r, "税额"},
        {"due_date", FieldKind::date, true, 0, "", Visible::c, "到期日"},
        {"fp_exact", FieldKind::hex32, true, 0, "", Visible::c, "精确指纹"},
        {"fp_economic", FieldKind::hex32, true, 0, "", Visible::c, "要素指纹"},
        {"fp_epoch", FieldKind::integer, true, 1'000'000, "", Visible::p, "指纹密钥期"},
        {"fp_exact_prior", FieldKind::hex32, false, 0, "", Visible::c, "前期精确指纹"},
        {"fp_economic_prior", FieldKind::hex32, false, 0, "", Visible::c, "前期要素指纹"},
        {"contract_ref", FieldKind::sealed, false, 0, "", Visible::r, "贸易合同"},
        {"delivery_evidence", FieldKind::sealed, false, 0, "", Visible::r, "交付凭证"},
        {"collateral_description", FieldKind::text, true, 2000, "", Visible::p, "财产描述"},
        {"assignment_bar", FieldKind::choice, true, 0, "none|agreement|law", Visible::c,
         "转让限制"},
        {"partial_hit_reason", FieldKind::sealed, false, 0, "", Visible::c, "疑似重复说明"},
    };
    return fields;
}

const Fields& notice_body() {
    static const Fields fields = {
        {"date", FieldKind::date, true, 0, "", Visible::c, "通知日"},
        {"method", FieldKind::choice, true, 0, "electronic|letter|in_person|court", Visible::c,
         "方式"},
        {"hash", FieldKind::hash, true, 0, "", Visible::c, "通知哈希"},
    };
    return fields;
}

const Fields& consent_body() {
    static const Fields fields = {
        {"act", FieldKind::choice, true, 0, "finance|reassign|buy_back", Visible::c, "同意的业务"},
        {"to", FieldKind::party, true, 0, "", Visible::c, "相对方"},
        {"interest_kind", FieldKind::choice, false, 0, kInterests, Visible::c, "权益类型"},
        {"amount", FieldKind::amount, false, 0, "", Visible::c, "最高金额"},
    };
    return fields;
}

const Fields& receivable_fields() {
    static const Fields consents = [] {
        Fields one = consent_body();
        one.push_back({"party", FieldKind::party, true, 0, "", Visible::c, "同意方"});
        return one;
    }();
    static const Fields fields = [] {
        constexpr std::int64_t kMany = 100;
        Fields all = fingerprint_body();
        const Fields more = {
            {"registrant", FieldKind::party, true, 0, "", Visible::c, "登记人"},
            {"fp_slots", FieldKind::objects, true, 4, "", Visible::c, "指纹登记", &slot_fields()},
            {"buyer_confirmation", FieldKind::object, false, 0, "", Visible::c, "债务人确认",
             &confirmation_fields()},
            {"tax_status", FieldKind::object, false, 0, "", Visible::c, "发票查验", &tax_fields()},
            {"void_alert", FieldKind::boolean, false, 0, "", Visible::c, "作废预警"},
            {"consents", FieldKind::objects, false, kMany, "", Visible::c, "同意", &consents},
            {"interest_kind", FieldKind::choice, false, 0, kInterests, Visible::p, "权益类型"},
            {"interests", FieldKind::objects, false, kMany, "", Visible::c, "权益",
             &interest_fields()},
            {"transfer", FieldKind::object, false, 0, "", Visible::c, "待受让", &transfer_fields()},
            {"debtor_notice", FieldKind::object, false, 0, "", Visible::c, "债务人通知",
             &notice_body()},
            {"controller", FieldKind::party, true, 0, "", Visible::c, "控制人"},
            {"control_since_ms", FieldKind::integer, true, json::kIntegerMax, "", Visible::c,
             "控制起"},
            {"control_nonce", FieldKind::integer, true, json::kIntegerMax, "", Visible::c,
             "控制序号"},
            {"financed_total", FieldKind::amount, true, 0, "", Visible::c, "融资余额"},
            {"residual", FieldKind::amount, true, 0, "", Visible::c, "可融资余额"},
            {"financings", FieldKind::records, false, kMany, "", Visible::c, "融资事项"},
        };
        all.insert(all.end(), more.begin(), more.end());
        return all;
    }();
    return fields;
}

const Fields& finance_body() {
    static const Fields fields = {
        {"interest_kind", FieldKind::choice, true, 0, kInterests, Visible::c, "权益类型"},
        {"amount", FieldKind::amount, true, 0, "", Visible::c, "融资金额"},
        {"recourse", FieldKind::boolean, false, 0, "", Visible::c, "有追索权"},
        {"agreement", FieldKind::sealed, true, 0, "", Visible::c, "融资合同"},
        {"zdw_registration_no", FieldKind::text, false, 40, "", Visible::c, "中登网登记号"},
        {"zdw_registered_on", FieldKind::date, false, 0, "", Visible::c, "中登网登记日"},
        {"zdw_term_to", FieldKind::date, false, 0, "", Visible::c, "中登网登记期限"},
        {"debtor_notice", FieldKind::object, false, 0, "", Visible::c, "债务人通知",
         &notice_body()},
    };
    return fields;
}

const Fields& tax_status_body() {
    static const Fields fields = {
        {"status", FieldKind::choice, true, 0, kTaxStates, Visible::c, "发票状态"},
        {"checked_at_ms", FieldKind::integer, true, json::kIntegerMax, "", Visible::c, "查验时间"},
    };
    return fields;
}

const Fields& interest_body() {
    static const Fields fields = {
        {"interest", FieldKind::integer, true, json::kIntegerMax, "", Visible::c, "权益序号"}};
    return fields;
}
const Fields& interest_amount_body() {
    static const Fields fields = {
        {"interest", FieldKind::integer, true, json::kIntegerMax, "", Visible::c, "权益序号"},
        {"amount", FieldKind::amount, true, 0, "", Visible::c, "金额"}};
    return fields;
}
const Fields& interest_to_body() {
    return transfer_fields();
}

}  // namespace quanlu::registry
