namespace SafeLlm.Limits;

/// <summary>
/// Something that keeps limits and nonces: the client's options and the verifier's builder. <c>UseInMemory</c> and its
/// siblings of other packages extend it, so that they work on either side.
/// </summary>
public interface IStoreHost
{
    /// <summary>Sets the stores. The factory is called once, at start.</summary>
    void UseStores(Func<TimeProvider, SafeLlmStores> factory);
}
