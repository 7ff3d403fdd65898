namespace SafeLlm.Testing;

/// <summary>The errors that providers answer with. Each wire format has its own words for them.</summary>
internal enum ProviderErrorKind
{
    InvalidRequest,
    Unauthorized,
    UnknownModel,
    UnknownRoute,
    RateLimited,
    QuotaExceeded,
    ServerError,
    Unavailable,
    Overloaded,
}
