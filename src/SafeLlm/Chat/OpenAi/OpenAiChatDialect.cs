using System.Text.Json;

namespace SafeLlm.Chat;

/// <summary>OpenAI chat (<c>wire-formats.md</c> C.1).</summary>
internal sealed class OpenAiChatDialect : ChatDialect
{
    public override string Route => "chat/completions";

    public override ChatPiece Read(JsonElement answer) => ChatAnswerReader.Read(answer, isPiece: false);

    public override ChatPiece? ReadEvent(JsonElement data) => ChatAnswerReader.Read(data, isPiece: true);

    protected override void Write(Utf8JsonWriter json, ChatRequest request, bool stream) => ChatRequestWriter.Write(json, request, stream);
}
