using System.Buffers;
using System.Text.Json;

namespace SafeLlm.AspNetCore;

/// <summary>Reads what a request uses of the provider's account. The content was found to be one sound JSON document before.</summary>
internal ref struct AccountReader
{
    // StrictJson lets no more through.
    private const int MaxDepth = 64;

    private readonly AccountUse use;
    private readonly Frame[] frames;
    private Utf8JsonReader json;
    private int depth;
    private int deepest;

    private AccountReader(ReadOnlySpan<byte> content, AccountUse use, Frame[] frames)
    {
        json = new Utf8JsonReader(content, new JsonReaderOptions { MaxDepth = MaxDepth });
        this.use = use;
        this.frames = frames;
    }

    /// <summary>What it uses.</summary>
    public static AccountUse Read(ReadOnlySpan<byte> content)
    {
        var use = new AccountUse();
        var frames = ArrayPool<Frame>.Shared.Rent(MaxDepth + 1);
        var reader = new AccountReader(content, use, frames);
        try
        {
            reader.Walk();
        }
        finally
        {
            // What a request says stays in no pool; few are as deep as they may be.
            frames.AsSpan(0, reader.deepest + 1).Clear();
            ArrayPool<Frame>.Shared.Return(frames);
        }

        return use;
    }

    private void Walk()
    {
        while (json.Read())
        {
            switch (json.TokenType)
            {
                case JsonTokenType.PropertyName:
                    Member();
                    break;
                case JsonTokenType.EndObject:
                    Close(ref frames[depth]);
                    depth--;
                    break;
                case JsonTokenType.EndArray:
                    depth--;
                    break;
                default:
                    // An element of an array is what the array is; the document itself is nothing.
                    Value(depth == 0 ? AccountMember.Other : frames[depth].Member);
                    break;
            }
        }
    }

    private void Member()
    {
        var member = Find();
        ref var top = ref frames[depth];
        if (top.IsTool && member == AccountMember.Other) top.OtherMembers = [.. top.OtherMembers ?? [], json.GetString()!];
        if (top.IsTool && member == AccountMember.OwnTool) top.IsOwn = true;
        var tool = depth == 1 && member is AccountMember.RootTool or AccountMember.SingleTool ? json.GetString() : null;
        json.Read();
        if (tool is not null && json.TokenType is not (JsonTokenType.Null or JsonTokenType.False))
        {
            use.AddTool(new HostedToolUse(tool, member == AccountMember.SingleTool ? 1 : null));
        }

        // The input of a tool's call is the caller's data, a list under the same name is items.
        if (member == AccountMember.Data || (member == AccountMember.Items && json.TokenType == JsonTokenType.StartObject)) json.Skip();
        else Value(member);
    }

    private readonly AccountMember Find()
    {
        if (json.ValueSpan.Length > AccountNames.MostCharacters || (!json.ValueIsEscaped && !AccountNames.MayBeKnown(json.ValueSpan))) return AccountMember.Other;
        Span<char> name = stackalloc char[AccountNames.MostCharacters];
        return AccountNames.Find(name[..json.CopyString(name)]);
    }

    private void Value(AccountMember member)
    {
        switch (json.TokenType)
        {
            case JsonTokenType.StartObject:
                Open() = new Frame { Member = member, IsTool = member == AccountMember.Tools };
                break;
            case JsonTokenType.StartArray:
                Open() = new Frame { Member = member };
                break;
            case JsonTokenType.String:
                Text(member, ref frames[depth]);
                break;
            case JsonTokenType.Number:
                Number(member, ref frames[depth]);
                break;
        }

        if (depth == 1) Root(member);
    }

    private ref Frame Open()
    {
        deepest = Math.Max(deepest, ++depth);
        return ref frames[depth];
    }

    private void Text(AccountMember member, ref Frame top)
    {
        switch (member)
        {
            case AccountMember.Reference or AccountMember.Holder:
            case AccountMember.FileUri when IsKept(json.GetString()!):
            case AccountMember.Uri when top.Member == AccountMember.Location:
                use.AddId(json.GetString()!);
                break;
            case AccountMember.Id:
                // Of two that differ in case, who knows which counts.
                if (top.Id is { } other)
                {
                    use.AddId(other);
                    use.AddId(json.GetString()!);
                }

                top.Id = json.GetString();
                break;
            case AccountMember.Type:
                top.Type = top.Member is AccountMember.Items or AccountMember.Tools or AccountMember.ServiceTier ? json.GetString() : "";
                if (top.Member == AccountMember.ServiceTier) use.AddServiceTier(top.Type!);
                break;
            case AccountMember.Role:
                top.HasRole = true;
                break;
            case AccountMember.Name:
                top.HasName = true;
                break;
            case AccountMember.Encrypted:
                top.IsEncrypted = true;
                break;
            case AccountMember.ServiceTier:
                use.AddServiceTier(json.GetString()!);
                break;
            case AccountMember.Tools:
                use.AddTool(new HostedToolUse(json.GetString()!, null));
                break;
        }
    }

    private readonly void Number(AccountMember member, ref Frame top)
    {
        if (member is not (AccountMember.MostUses or AccountMember.MostToolCalls)) return;
        // What is no whole number bounds nothing.
        long? most = json.TryGetInt64(out var number) && number >= 0 ? number : null;
        if (member == AccountMember.MostUses) top.MostUses = most;
        else if (depth == 1) use.MostToolCalls = most;
    }

    private readonly void Root(AccountMember member)
    {
        if (member == AccountMember.Background) use.IsBackground |= json.TokenType is not (JsonTokenType.Null or JsonTokenType.False);
        if (member != AccountMember.Store) return;
        if (json.TokenType == JsonTokenType.Null) use.EmptyStore = (int)json.TokenStartIndex..(int)json.BytesConsumed;
        // Of two that differ in case, the one that keeps counts.
        else use.Store = use.Store is true || json.TokenType != JsonTokenType.False;
    }

    private readonly void Close(ref Frame ended)
    {
        if (ended.IsTool) CloseTool(ended);
        if (ended.Id is not { } id) return;
        var isKept = ended.Member switch
        {
            AccountMember.Holder or AccountMember.ObjectHolder => true,
            AccountMember.Items => ended.Type switch
            {
                null => !ended.HasRole,
                "item_reference" => true,
                "reasoning" => !ended.IsEncrypted,
                _ => false,
            },
            _ => false,
        };
        if (isKept) use.AddId(id);
    }

    private readonly void CloseTool(in Frame tool)
    {
        if (tool.Type is { } type)
        {
            if (!IsOwn(type)) use.AddTool(new HostedToolUse(type, tool.MostUses));
        }
        else if (!tool.HasName)
        {
            foreach (var name in tool.OtherMembers ?? []) use.AddTool(new HostedToolUse(name, null));
            if (tool is { IsOwn: false, OtherMembers: null }) use.AddTool(new HostedToolUse("", null));
        }
    }

    /// <summary>Whether the caller runs a tool of this type, and not the provider.</summary>
    private static bool IsOwn(string type) =>
        type is "function" or "custom" or "local_shell" or "computer" or "computer_use_preview" or "apply_patch"
        || type.StartsWith("bash_", StringComparison.Ordinal)
        || type.StartsWith("text_editor_", StringComparison.Ordinal)
        || type.StartsWith("computer_2", StringComparison.Ordinal)
        || type.StartsWith("memory_", StringComparison.Ordinal);

    /// <summary>Whether a file is where the operator's account reaches and a stranger's request does not.</summary>
    private static bool IsKept(string uri) =>
        uri.StartsWith("gs:", StringComparison.OrdinalIgnoreCase)
        || uri.StartsWith("s3:", StringComparison.OrdinalIgnoreCase)
        || uri.StartsWith("files/", StringComparison.OrdinalIgnoreCase)
        || uri.Contains("googleapis.com", StringComparison.OrdinalIgnoreCase);

    private struct Frame
    {
        public AccountMember Member;
        public string? Id;
        public string? Type;
        public string[]? OtherMembers;
        public long? MostUses;
        public bool IsTool;
        public bool IsOwn;
        public bool HasRole;
        public bool HasName;
        public bool IsEncrypted;
    }
}
