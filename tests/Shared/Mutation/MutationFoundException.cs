namespace SafeLlm.Tests.Mutation;

/// <summary>A mutation run found what must not be.</summary>
internal sealed class MutationFoundException(string message) : Exception(message);
