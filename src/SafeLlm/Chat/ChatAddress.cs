namespace SafeLlm.Chat;

/// <summary>Where the typed client posts its requests.</summary>
internal static class ChatAddress
{
    public static Uri Of(Uri endpoint, ChatDialect dialect) => new($"{endpoint.GetLeftPart(UriPartial.Path).TrimEnd('/')}/{dialect.Route}");
}
