using System.Text.Json;

namespace SafeLlm.Formats;

/// <summary>The names that wire formats give to who speaks.</summary>
internal static class Roles
{
    public static PromptRole Of(in Utf8JsonReader reader)
    {
        if (!reader.ValueIsEscaped) return Of(reader.ValueSpan);
        Span<byte> text = stackalloc byte[64];
        return reader.ValueSpan.Length > text.Length ? PromptRole.Other : Of(text[..JsonText.Unescape(reader.ValueSpan, text)]);
    }

    private static PromptRole Of(ReadOnlySpan<byte> role)
    {
        if (role.SequenceEqual("user"u8) || role.SequenceEqual("USER"u8) || role.SequenceEqual("User"u8)) return PromptRole.User;
        if (role.SequenceEqual("assistant"u8) || role.SequenceEqual("model"u8) || role.SequenceEqual("CHATBOT"u8) || role.SequenceEqual("Chatbot"u8)) return PromptRole.Assistant;
        if (role.SequenceEqual("system"u8) || role.SequenceEqual("SYSTEM"u8)) return PromptRole.System;
        if (role.SequenceEqual("developer"u8)) return PromptRole.Developer;
        if (role.SequenceEqual("tool"u8) || role.SequenceEqual("function"u8) || role.SequenceEqual("TOOL"u8)) return PromptRole.Tool;
        return PromptRole.Other;
    }
}
