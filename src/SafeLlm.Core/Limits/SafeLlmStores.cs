using SafeLlm.Signing;

namespace SafeLlm.Limits;

/// <summary>All that is kept between calls, in one place and of one kind.</summary>
/// <param name="Ledger">Counters and holds.</param>
/// <param name="Nonces">Nonces of verified requests. The ledger claims from the same store.</param>
public sealed record SafeLlmStores(ILedger Ledger, INonceStore Nonces);
