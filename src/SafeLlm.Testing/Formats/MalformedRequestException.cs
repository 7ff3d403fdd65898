namespace SafeLlm.Testing;

/// <summary>A request that a provider answers with 400: the member at fault and why, never its content.</summary>
internal sealed class MalformedRequestException(string member, string message) : Exception(message)
{
    public string Member => member;
}
