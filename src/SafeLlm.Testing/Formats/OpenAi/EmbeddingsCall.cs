namespace SafeLlm.Testing;

/// <summary>A request for embeddings: nothing is generated, so only the input is billed.</summary>
internal sealed record EmbeddingsCall(string Model, IReadOnlyList<string> Inputs, int Dimensions, bool IsBase64) : DoubleCall(Model);
