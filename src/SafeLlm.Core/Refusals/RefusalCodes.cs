using System.Collections.Frozen;

namespace SafeLlm;

/// <summary>The one table of refusals: public name and HTTP status by <see cref="RefusalCode"/>.</summary>
public static class RefusalCodes
{
    private static readonly FrozenDictionary<RefusalCode, (string Name, int Status)> Table =
        new Dictionary<RefusalCode, (string, int)>
        {
            [RefusalCode.SignatureRequired] = ("signature_required", 401),
            [RefusalCode.SignatureMalformed] = ("signature_malformed", 400),
            [RefusalCode.SignatureCoverage] = ("signature_coverage", 401),
            [RefusalCode.SignatureExpired] = ("signature_expired", 401),
            [RefusalCode.SignatureNotYetValid] = ("signature_not_yet_valid", 401),
            [RefusalCode.SignatureInvalid] = ("signature_invalid", 401),
            [RefusalCode.KeyExpired] = ("key_expired", 401),
            [RefusalCode.KeyRevoked] = ("key_revoked", 401),
            [RefusalCode.SignatureReplayed] = ("signature_replayed", 401),
            [RefusalCode.DigestMismatch] = ("digest_mismatch", 400),
            [RefusalCode.DigestUnsupported] = ("digest_unsupported", 400),
            [RefusalCode.DigestMalformed] = ("digest_malformed", 400),
            [RefusalCode.JsonInvalid] = ("json_invalid", 400),
            [RefusalCode.JsonDuplicateKey] = ("json_duplicate_key", 400),
            [RefusalCode.JsonDepth] = ("json_depth", 400),
            [RefusalCode.MemberInvalid] = ("member_invalid", 400),
            [RefusalCode.BodyTooLarge] = ("body_too_large", 413),
            [RefusalCode.UnsupportedContent] = ("unsupported_content", 415),
            [RefusalCode.HeadersTooLarge] = ("headers_too_large", 431),
            [RefusalCode.WrongAuthority] = ("wrong_authority", 421),
            [RefusalCode.UnknownRoute] = ("unknown_route", 404),
            [RefusalCode.UnknownModel] = ("unknown_model", 400),
            [RefusalCode.ModelNotAllowed] = ("model_not_allowed", 403),
            [RefusalCode.EndpointNotAllowed] = ("endpoint_not_allowed", 403),
            [RefusalCode.AccountUseNotAllowed] = ("account_use_not_allowed", 403),
            [RefusalCode.NotIssued] = ("not_issued", 404),
            [RefusalCode.OutputUnbounded] = ("output_unbounded", 400),
            [RefusalCode.PromptRejected] = ("prompt_rejected", 400),
            [RefusalCode.Unsigned] = ("unsigned", 401),
            [RefusalCode.SignedByOthers] = ("signed_by_others", 400),
            [RefusalCode.RateLimited] = ("rate_limited", 429),
            [RefusalCode.BudgetExceeded] = ("budget_exceeded", 402),
            [RefusalCode.StoreUnavailable] = ("store_unavailable", 503),
            [RefusalCode.ReplayCapacity] = ("replay_capacity", 503),
            [RefusalCode.RestartWindow] = ("restart_window", 503),
            [RefusalCode.ToolUnpriced] = ("tool_unpriced", 400),
            [RefusalCode.ToolUnbounded] = ("tool_unbounded", 400),
        }.ToFrozenDictionary();

    /// <summary>The public name of a code, as it stands in problem details: lower case with underscores.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The code is <see cref="RefusalCode.None"/> or not defined.</exception>
    public static string Name(this RefusalCode code) => Row(code).Name;

    /// <summary>The HTTP status of a code.</summary>
    /// <remarks>
    /// 402 for a budget becomes 429 with <c>Retry-After</c> where room comes soon; the server decides that from the refusal.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">The code is <see cref="RefusalCode.None"/> or not defined.</exception>
    public static int Status(this RefusalCode code) => Row(code).Status;

    private static (string Name, int Status) Row(RefusalCode code) =>
        Table.TryGetValue(code, out var row)
            ? row
            : throw new ArgumentOutOfRangeException(nameof(code), code, "This refusal code has no public name.");
}
