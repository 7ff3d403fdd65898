using SafeLlm.Limits;

namespace SafeLlm.AspNetCore;

/// <summary>The verifier's stores: a client in the same application has its own.</summary>
internal sealed class VerifierStores(SafeLlmStores stores) : IDisposable
{
    public SafeLlmStores Stores => stores;

    public void Dispose() => stores.Dispose();
}
