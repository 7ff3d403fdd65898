using Microsoft.Extensions.Logging;

namespace SafeLlm.AspNetCore;

/// <summary>What settling needs, the same for all calls.</summary>
internal sealed record SettlementContext(VerifierSettings Settings, VerifierStores Stores, SettlementQueue Queue, AccountCheck Accounts, KeyWatch Watch, TimeProvider Time, ILogger<CallSettlement> Logger);
