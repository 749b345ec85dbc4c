// ISO 4217 list one as published on 2024-06-25. A newer list is a change of protocol version.
#include "ledger/registry/ids/currency.h"

namespace quanlu::registry {

namespace {

constexpr std::string_view kNoDigits =
    "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF";
constexpr std::string_view kTwoDigits =
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN "
    "BZD CAD CDF CHE CHF CHW CNY COP COU CRC CUC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP "
    "GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK "
    "LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK "
    "NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP "
    "STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XCD YER ZAR "
    "ZMW ZWG";
constexpr std::string_view kThreeDigits = "BHD IQD JOD KWD LYD OMR TND";
constexpr std::string_view kFourDigits = "CLF UYW";

// Three characters without a blank can only match a whole code.
bool holds(std::string_view list, std::string_view code) {
    return list.find(code) != std::string_view::npos;
}

}  // namespace

std::optional<int> minor_unit_digits(std::string_view ccy) {
    if (ccy.size() != 3 || ccy.find(' ') != std::string_view::npos) return std::nullopt;
    if (holds(kTwoDigits, ccy)) return 2;
    if (holds(kNoDigits, ccy)) return 0;
    if (holds(kThreeDigits, ccy)) return 3;
    if (holds(kFourDigits, ccy)) return 4;
    return std::nullopt;
}

}  // namespace quanlu::registry
