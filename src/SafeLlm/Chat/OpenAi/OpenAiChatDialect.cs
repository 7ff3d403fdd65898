using System.Text.Json;

namespace SafeLlm.Chat;

/// <summary>OpenAI chat (<c>wire-formats.md</c> C.1).</summary>
/// <param name="endpoint">Who is asked: services that speak this format differ in a few members.</param>
internal sealed class OpenAiChatDialect(Uri endpoint) : ChatDialect
{
    private readonly ChatMembers members = endpoint.IdnHost.EndsWith("mistral.ai", StringComparison.OrdinalIgnoreCase) ? ChatMembers.Mistral : ChatMembers.OpenAi;

    public override string Route => "chat/completions";

    public override ChatPiece Read(JsonElement answer) => ChatAnswerReader.Read(answer, isPiece: false);

    public override ChatPiece? ReadEvent(JsonElement data) => ChatAnswerReader.Read(data, isPiece: true);

    protected override void Write(Utf8JsonWriter json, ChatRequest request, bool stream) => ChatRequestWriter.Write(json, request, stream, members);
}
