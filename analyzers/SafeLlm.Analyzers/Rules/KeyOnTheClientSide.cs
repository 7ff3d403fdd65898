using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using SafeLlm.Analyzers.Calls;
using SafeLlm.Analyzers.Files;
using SafeLlm.Analyzers.Json;

namespace SafeLlm.Analyzers.Rules;

/// <summary>SLLM011: a provider's key is used in a program on its user's machine.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class KeyOnTheClientSide : Rule
{
    internal const string Id = "SLLM011";

    private static readonly DiagnosticDescriptor Rule = new(
        Id,
        "A provider's key is used in a program on its user's machine",
        "{0} is made in a program that runs on its user's machine, who can read its key: call through a server of yours",
        RuleCategory.Security,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        description: "What a phone, a browser or a desktop holds, its user can read and spend. Where the key is the user's own, say so: safellm.keys_of_the_user = true.",
        helpLinkUri: HelpLink.Root + Id + ".md");

    internal override DiagnosticDescriptor Descriptor => Rule;

    internal override IReadOnlyCollection<string> Names => SdkClients.Names;

    internal override bool Concerns(Surroundings surroundings) => surroundings.HasModelSdk && surroundings.IsClientSide;

    internal override void Check(FileCheck file)
    {
        if (file.Options.KeysAreTheUsers) return;
        foreach (var creation in file.Index.Creations(SdkClients.Names))
        {
            var address = creation.ArgumentList is { } list ? string.Concat(list.Arguments.Select(argument => Address.Of(file.Model, argument.Expression))) : "";
            if (SdkClients.Includes(file.Type(creation)) && !address.Contains("localhost") && !address.Contains("127.0.0.1") && creation.ArgumentList is { Arguments.Count: > 0 }) file.Report(creation.Type.GetLocation(), creation.Type.ToString());
        }
    }
}
