using System.Text.Json;
using SafeLlm.Pricing;

namespace SafeLlm.Chat;

/// <summary>OpenAI chat (<c>wire-formats.md</c> C.1).</summary>
/// <param name="endpoint">Who is asked: services that speak this format differ in a few members.</param>
/// <param name="catalog">Knows which model a deployment or another alias stands for.</param>
internal sealed class OpenAiChatDialect(Uri endpoint, ModelCatalog? catalog) : ChatDialect
{
    private readonly ChatMembers members = ChatMembers.Of(endpoint);

    public override string Route => "chat/completions";

    public override ChatPiece Read(JsonElement answer) => ChatAnswerReader.Read(answer, isPiece: false);

    public override ChatPiece? ReadEvent(JsonElement data) => ChatAnswerReader.Read(data, isPiece: true);

    protected override void Write(Utf8JsonWriter json, ChatRequest request, bool stream) =>
        ChatRequestWriter.Write(json, request, stream, members, catalog?.TryFind(request.Model, out var price) == true ? price.Model : request.Model);
}
