using System.Collections.Frozen;
using System.Text;

namespace SafeLlm.Accounts;

/// <summary>
/// The members of requests that use the provider's account, in any wire format and at any place: what a provider honours in a place that we do not
/// know must be seen too. Names are compared without case and underscores, as some services read them.
/// </summary>
internal static class AccountNames
{
    /// <summary>As long as the longest known name with every character escaped.</summary>
    public const int MostCharacters = 192;

    private static readonly FrozenDictionary<string, AccountMember> Known = new Dictionary<string, AccountMember>
    {
        ["id"] = AccountMember.Id,
        ["type"] = AccountMember.Type,
        ["role"] = AccountMember.Role,
        ["name"] = AccountMember.Name,
        ["encryptedcontent"] = AccountMember.Encrypted,
        ["content"] = AccountMember.Content,
        ["result"] = AccountMember.Result,
        ["results"] = AccountMember.Results,
        ["output"] = AccountMember.Output,
        ["error"] = AccountMember.Output,
        ["outputs"] = AccountMember.Outputs,
        ["action"] = AccountMember.Action,
        ["input"] = AccountMember.Items,
        ["items"] = AccountMember.Items,

        ["previousresponseid"] = AccountMember.Reference,
        ["responseid"] = AccountMember.Reference,
        ["conversationid"] = AccountMember.Reference,
        ["promptid"] = AccountMember.Reference,
        ["fileid"] = AccountMember.Reference,
        ["fileids"] = AccountMember.Reference,
        ["inputfileid"] = AccountMember.Reference,
        ["trainingfile"] = AccountMember.Reference,
        ["validationfile"] = AccountMember.Reference,
        ["vectorstoreid"] = AccountMember.Reference,
        ["vectorstoreids"] = AccountMember.Reference,
        ["batchid"] = AccountMember.Reference,
        ["containerid"] = AccountMember.Reference,
        ["skillid"] = AccountMember.Reference,
        ["cachedcontent"] = AccountMember.Reference,
        ["agentid"] = AccountMember.Reference,
        ["preset"] = AccountMember.Reference,
        ["libraryids"] = AccountMember.Reference,
        ["guardrailidentifier"] = AccountMember.Reference,
        ["fileuri"] = AccountMember.FileUri,

        // a text that is one, or an object whose id is one
        ["conversation"] = AccountMember.Holder,
        ["container"] = AccountMember.Holder,
        // a text here is a prompt or a kind of voice
        ["prompt"] = AccountMember.ObjectHolder,
        ["audio"] = AccountMember.ObjectHolder,
        ["voice"] = AccountMember.ObjectHolder,
        ["s3location"] = AccountMember.Location,
        ["uri"] = AccountMember.Uri,

        ["store"] = AccountMember.Store,
        ["background"] = AccountMember.Background,
        ["servicetier"] = AccountMember.ServiceTier,
        ["speed"] = AccountMember.ServiceTier,
        ["performanceconfig"] = AccountMember.Performance,
        ["latency"] = AccountMember.Latency,

        ["tools"] = AccountMember.Tools,
        ["maxtoolcalls"] = AccountMember.MostToolCalls,
        ["maxuses"] = AccountMember.MostUses,
        ["memorylimit"] = AccountMember.MemoryLimit,
        ["websearchoptions"] = AccountMember.SingleTool,
        ["plugins"] = AccountMember.RootTool,
        ["datasources"] = AccountMember.RootTool,
        ["mcpservers"] = AccountMember.RootTool,
        ["connectors"] = AccountMember.RootTool,
        ["searchparameters"] = AccountMember.Search,
        ["mode"] = AccountMember.SearchMode,
        ["maxsearchresults"] = AccountMember.MostSources,
        ["googlesearch"] = AccountMember.HostedTool,
        ["googlesearchretrieval"] = AccountMember.HostedTool,
        ["googlemaps"] = AccountMember.HostedTool,
        ["enterprisewebsearch"] = AccountMember.HostedTool,
        ["urlcontext"] = AccountMember.HostedTool,
        ["codeexecution"] = AccountMember.HostedTool,
        ["filesearch"] = AccountMember.HostedTool,
        ["retrieval"] = AccountMember.HostedTool,
        ["systemtool"] = AccountMember.HostedTool,
        ["functiondeclarations"] = AccountMember.OwnTool,
        ["function"] = AccountMember.OwnTool,
        ["toolspec"] = AccountMember.OwnTool,
        ["cachepoint"] = AccountMember.OwnTool,

        // What a caller writes for its own tools and its own eyes is data, whatever its members are called.
        ["parameters"] = AccountMember.Data,
        ["parameterdefinitions"] = AccountMember.Data,
        ["inputschema"] = AccountMember.Data,
        ["schema"] = AccountMember.Data,
        ["arguments"] = AccountMember.Arguments,
        ["args"] = AccountMember.Data,
        ["json"] = AccountMember.Data,
        ["metadata"] = AccountMember.Data,
        ["responseschema"] = AccountMember.Data,
        ["responsejsonschema"] = AccountMember.Data,
        ["functionresponse"] = AccountMember.FunctionResponse,
        ["response"] = AccountMember.Response,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, AccountMember>.AlternateLookup<ReadOnlySpan<char>> ByText = Known.GetAlternateLookup<ReadOnlySpan<char>>();

    // By the first letter of known names: a bit for each length that they have.
    private static readonly ulong[] Lengths = FindLengths();

    /// <summary>Whether a name may be known, by its first letter and its length: nearly none that means nothing is.</summary>
    /// <param name="name">The name, without escapes.</param>
    public static bool MayBeKnown(ReadOnlySpan<byte> name)
    {
        var underscores = name.Count((byte)'_');
        var start = underscores == 0 ? 0 : name.IndexOfAnyExcept((byte)'_');
        if (start < 0 || name.IsEmpty) return false;
        // Letters outside ASCII have more bytes than they are letters.
        return !Ascii.IsValid(name) || (Lengths[name[start] & 31] >> Math.Min(name.Length - underscores, 63) & 1) != 0;
    }

    /// <summary>What a member means; <see cref="AccountMember.Other"/> where it means nothing here.</summary>
    public static AccountMember Find(ReadOnlySpan<char> name)
    {
        Span<char> plain = stackalloc char[MostCharacters];
        var length = 0;
        foreach (var character in name)
        {
            if (character == '_') continue;
            if (length == plain.Length) return AccountMember.Other;
            // The two letters outside ASCII that case folding makes ASCII ones.
            plain[length++] = character switch { '\u017F' => 's', '\u212A' => 'k', _ => char.ToLowerInvariant(character) };
        }

        return ByText.TryGetValue(plain[..length], out var found) ? found : AccountMember.Other;
    }

    private static ulong[] FindLengths()
    {
        var lengths = new ulong[32];
        foreach (var name in Known.Keys) lengths[name[0] & 31] |= 1UL << name.Length;
        return lengths;
    }
}
