using System.Collections.Frozen;

namespace SafeLlm.AspNetCore;

/// <summary>One line for each refusal, the same every time; the detail says the rest.</summary>
internal static class RefusalTitles
{
    private static readonly FrozenDictionary<RefusalCode, string> Types =
        Enum.GetValues<RefusalCode>().Where(code => code != RefusalCode.None).ToFrozenDictionary(code => code, code => "urn:safellm:refusal:" + code.Name());

    /// <summary>The URI that names the kind of problem (RFC 9457 §3.1.1).</summary>
    public static string Type(RefusalCode code) => Types[code];

    public static string Of(RefusalCode code) => code switch
    {
        RefusalCode.SignatureRequired => "The request is not signed.",
        RefusalCode.SignatureMalformed => "The signature headers cannot be read.",
        RefusalCode.SignatureCoverage => "The signature does not cover what it must.",
        RefusalCode.SignatureExpired => "The signature is too old.",
        RefusalCode.SignatureNotYetValid => "The signature lies in the future.",
        RefusalCode.SignatureInvalid => "The signature does not verify.",
        RefusalCode.KeyExpired => "The key has expired.",
        RefusalCode.KeyRevoked => "The key was revoked.",
        RefusalCode.SignatureReplayed => "The signed request was used before.",
        RefusalCode.DigestMismatch => "The content is not what was signed.",
        RefusalCode.DigestUnsupported => "The content digest has no known algorithm.",
        RefusalCode.DigestMalformed => "The content digest cannot be read.",
        RefusalCode.JsonInvalid => "The content is no valid JSON.",
        RefusalCode.JsonDuplicateKey => "A JSON member stands twice.",
        RefusalCode.JsonDepth => "The JSON is nested too deep.",
        RefusalCode.MemberInvalid => "A member of the request has a value that is not allowed.",
        RefusalCode.BodyTooLarge => "The content is too large.",
        RefusalCode.UnsupportedContent => "The content has a type that is not taken.",
        RefusalCode.HeadersTooLarge => "The headers are too large.",
        RefusalCode.WrongAuthority => "The request is meant for another host.",
        RefusalCode.UnknownRoute => "The route is not known.",
        RefusalCode.UnknownModel => "The model has no price.",
        RefusalCode.ModelNotAllowed => "The tier does not include the model.",
        RefusalCode.EndpointNotAllowed => "The key may not call this endpoint.",
        RefusalCode.AccountUseNotAllowed => "The tier does not include what the request uses.",
        RefusalCode.NotIssued => "What the request names was not issued to its caller.",
        RefusalCode.OutputUnbounded => "The request has no output bound.",
        RefusalCode.PromptRejected => "The prompt was refused.",
        RefusalCode.RateLimited => "There are too many requests.",
        RefusalCode.BudgetExceeded => "The budget has no room for the call.",
        RefusalCode.StoreUnavailable => "The service cannot check its limits now.",
        RefusalCode.ReplayCapacity => "Too many requests of the key are remembered.",
        RefusalCode.RestartWindow => "The service has just started.",
        RefusalCode.ToolUnpriced => "A tool of the request has no price.",
        RefusalCode.ToolUnbounded => "The uses of a tool are not bounded.",
        _ => "The request was refused.",
    };
}
