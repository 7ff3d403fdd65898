using System.Buffers;
using System.Text.Json;
using SafeLlm.Pricing;

namespace SafeLlm.Accounts;

/// <summary>Reads what a request uses of the provider's account. The content was found to be one sound JSON document before.</summary>
internal ref struct AccountReader
{
    // StrictJson lets no more through.
    private const int MaxDepth = 64;

    // xAI gives as many unless it is asked for others, and never more than the second.
    private const int UsualSources = 20;
    private const int MostSources = 50;

    // What a code interpreter has unless it is asked for more, which costs more.
    private static ReadOnlySpan<byte> UsualMemory => "1g"u8;

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
        // These mean something there alone, and what bounds a tool's uses bounds no sources.
        if (top.Member == AccountMember.Search ? member == AccountMember.MostUses : member is AccountMember.SearchMode or AccountMember.MostSources) member = AccountMember.Other;
        // What frees something of a check counts only as the provider spells it: of another spelling it may take no notice.
        var isSpelled = IsSpelled(member);
        if (!isSpelled && member is AccountMember.Role or AccountMember.Name or (>= AccountMember.Encrypted and <= AccountMember.Action)) member = AccountMember.Other;
        if (top.IsTool) ToolMember(member, ref top);
        var tool = depth == 1 && member is AccountMember.RootTool or AccountMember.SingleTool or AccountMember.Search ? json.GetString() : null;
        json.Read();
        if (tool is not null && member != AccountMember.Search && json.TokenType is not (JsonTokenType.Null or JsonTokenType.False))
        {
            use.AddTool(new HostedToolUse(tool, member == AccountMember.SingleTool ? 1 : null));
        }

        if (top.Member == AccountMember.Items && IsBrought(member)) top.Brought |= Bit(member);
        top.IsSpelled = isSpelled;
        if (IsData(member, top.Member)) json.Skip();
        else if (tool is not null && member == AccountMember.Search) Search(tool);
        else Value(member);
    }

    private void Search(string name)
    {
        Value(AccountMember.Search);
        // What it is, is known once it is whole; what is no object says nothing of how much it may be.
        if (json.TokenType == JsonTokenType.StartObject) frames[depth].Type = name;
        else if (json.TokenType is not (JsonTokenType.Null or JsonTokenType.False)) use.AddTool(new HostedToolUse(name, MostSources));
    }

    private readonly void ToolMember(AccountMember member, ref Frame tool)
    {
        // What names tools in the document names one here as well.
        if (member is AccountMember.Other or AccountMember.RootTool or AccountMember.SingleTool or AccountMember.Search) tool.OtherMembers = [.. tool.OtherMembers ?? [], json.GetString()!];
        else if (member == AccountMember.HostedTool) tool.HostedMembers = [.. tool.HostedMembers ?? [], json.GetString()!];
        else if (member == AccountMember.OwnTool) tool.IsOwn = true;
    }

    // The input of a tool's call is the caller's data, a list under the same name is items.
    private readonly bool IsData(AccountMember member, AccountMember of) => member switch
    {
        AccountMember.Data or AccountMember.Arguments => true,
        AccountMember.Items => depth > 1 && json.TokenType == JsonTokenType.StartObject,
        AccountMember.Response => of == AccountMember.FunctionResponse && json.TokenType == JsonTokenType.StartObject,
        _ => false,
    };

    private readonly bool IsBrought(AccountMember member) => member switch
    {
        AccountMember.Encrypted or AccountMember.Result => json is { TokenType: JsonTokenType.String, ValueSpan.IsEmpty: false },
        AccountMember.Tools or AccountMember.Items or (> AccountMember.Encrypted and <= AccountMember.Action) => json.TokenType != JsonTokenType.Null,
        _ => false,
    };

    private readonly bool IsSpelled(AccountMember member) => member switch
    {
        AccountMember.Type => json.ValueTextEquals("type"u8),
        AccountMember.Role => json.ValueTextEquals("role"u8),
        AccountMember.Name => json.ValueTextEquals("name"u8),
        AccountMember.Encrypted => json.ValueTextEquals("encrypted_content"u8),
        AccountMember.Content => json.ValueTextEquals("content"u8),
        AccountMember.Arguments => json.ValueTextEquals("arguments"u8),
        AccountMember.Result => json.ValueTextEquals("result"u8),
        AccountMember.Results => json.ValueTextEquals("results"u8),
        AccountMember.Output => json.ValueTextEquals("output"u8) || json.ValueTextEquals("error"u8),
        AccountMember.Outputs => json.ValueTextEquals("outputs"u8),
        AccountMember.Action => json.ValueTextEquals("action"u8),
        AccountMember.Store => json.ValueTextEquals("store"u8),
        AccountMember.MostToolCalls => json.ValueTextEquals("max_tool_calls"u8),
        AccountMember.MostUses => json.ValueTextEquals("max_uses"u8),
        AccountMember.SearchMode => json.ValueTextEquals("mode"u8),
        AccountMember.MostSources => json.ValueTextEquals("max_search_results"u8),
        _ => true,
    };

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
            case AccountMember.Type when top.Member == AccountMember.ServiceTier:
            case AccountMember.Latency when top.Member == AccountMember.Performance:
                use.AddServiceTier(json.GetString()!);
                break;
            case AccountMember.Type:
                Type(ref top);
                break;
            case AccountMember.Role:
                top.HasRole = true;
                break;
            case AccountMember.Name:
                top.HasName = true;
                break;
            case AccountMember.MemoryLimit when top.Member == AccountMember.Holder && frames[depth - 1].IsTool && !json.ValueTextEquals(UsualMemory):
                frames[depth - 1].Memory = json.GetString();
                break;
            case AccountMember.ServiceTier:
                use.AddServiceTier(json.GetString()!);
                break;
            case AccountMember.Tools:
                use.AddTool(new HostedToolUse(json.GetString()!, null));
                break;
            case AccountMember.SearchMode:
                top.IsOff = top.IsSpelled && json.ValueTextEquals("off"u8);
                // Of two spellings, the one that searches counts.
                top.IsUnclear |= !top.IsSpelled;
                break;
            case AccountMember.MostSources:
                top.IsUnbounded = true;
                break;
        }
    }

    private readonly void Type(ref Frame top)
    {
        if (top.Member is not (AccountMember.Items or AccountMember.Tools)) return;
        var type = json.GetString()!;
        if (top.IsSpelled)
        {
            top.Type = type;
            return;
        }

        // Of two spellings, who knows which counts: the one that is checked.
        top.IsUnclear = true;
        if (top.IsTool && !IsOwn(type)) use.AddTool(new HostedToolUse(type, null));
    }

    private readonly void Number(AccountMember member, ref Frame top)
    {
        if (member is not (AccountMember.MostUses or AccountMember.MostSources or AccountMember.MostToolCalls)) return;
        // What is no whole number, or is spelled as no provider does, bounds nothing; nor does a search for no sources.
        long? most = top.IsSpelled && json.TryGetInt64(out var number) && number >= (member == AccountMember.MostSources ? 1 : 0) ? number : null;
        if (member != AccountMember.MostToolCalls) (top.MostUses, top.IsUnbounded) = (most ?? top.MostUses, top.IsUnbounded || most is null);
        else if (depth == 1) use.Bound(most);
    }

    private readonly void Root(AccountMember member)
    {
        if (member == AccountMember.Background) use.IsBackground |= json.TokenType is not (JsonTokenType.Null or JsonTokenType.False);
        if (member != AccountMember.Store) return;
        var isSpelled = frames[1].IsSpelled;
        if (json.TokenType == JsonTokenType.Null)
        {
            if (isSpelled) use.EmptyStore = (int)json.TokenStartIndex..(int)json.BytesConsumed;
        }
        else if (json.TokenType != JsonTokenType.False)
        {
            // Of two spellings, the one that keeps counts.
            use.Store = true;
        }
        else if (isSpelled)
        {
            use.Store ??= false;
        }
    }

    private readonly void Close(ref Frame ended)
    {
        if (ended.IsTool) CloseTool(ended);
        if (ended is { Member: AccountMember.Search, Type: { } search } and not { IsOff: true, IsUnclear: false })
        {
            use.AddTool(new HostedToolUse(search, ended.IsUnbounded ? Math.Max(MostSources, ended.MostUses ?? 0) : ended.MostUses ?? UsualSources));
        }

        if (ended.Id is not { } id) return;
        var isKept = ended.Member switch
        {
            AccountMember.Holder or AccountMember.ObjectHolder => true,
            AccountMember.Items => ended.IsUnclear || !IsComplete(ended),
            _ => false,
        };
        if (isKept) use.AddId(id);
    }

    /// <summary>Whether an item brings along what it says. One that does not stands by its id for what the provider has kept.</summary>
    private static bool IsComplete(in Frame item) => item.Type switch
    {
        null => item.HasRole && Brings(item, AccountMember.Content),
        "item_reference" => false,
        "reasoning" or "compaction" => Brings(item, AccountMember.Encrypted),
        "image_generation_call" => Brings(item, AccountMember.Result),
        "file_search_call" => Brings(item, AccountMember.Results),
        "code_interpreter_call" => Brings(item, AccountMember.Outputs),
        "mcp_call" => Brings(item, AccountMember.Output),
        "mcp_list_tools" => Brings(item, AccountMember.Tools),
        _ => item.Brought != 0,
    };

    private static bool Brings(in Frame item, AccountMember member) => (item.Brought & Bit(member)) != 0;

    private static ulong Bit(AccountMember member) => 1UL << (int)member;

    private readonly void CloseTool(in Frame tool)
    {
        foreach (var name in tool.HostedMembers ?? [])
        {
            // {"type":"retrieval","retrieval":{}} is one tool.
            if (name != tool.Type) use.AddTool(new HostedToolUse(name, null));
        }

        if (tool.Type is { } type)
        {
            if (!IsOwn(type)) use.AddTool(new HostedToolUse(tool.Memory is { } memory ? $"{type}/{memory}" : type, tool.IsUnbounded ? null : tool.MostUses));
        }
        else if (!tool.HasName)
        {
            foreach (var name in tool.OtherMembers ?? []) use.AddTool(new HostedToolUse(name, null));
            if (tool is { IsOwn: false, OtherMembers: null, HostedMembers: null }) use.AddTool(new HostedToolUse("", null));
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
        public string[]? HostedMembers;
        public string? Memory;
        public ulong Brought;
        public long? MostUses;
        public bool IsTool;
        public bool IsOwn;
        public bool HasRole;
        public bool HasName;
        public bool IsSpelled;
        public bool IsUnclear;
        public bool IsUnbounded;
        public bool IsOff;
    }
}
