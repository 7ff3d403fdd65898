using SafeLlm.Pipeline;
using SafeLlm.Tests.Fakes;

namespace SafeLlm.Tests.Pipeline;

public sealed class CallPipelineTests
{
    [Fact]
    public void Order_IsTheDesigns()
    {
        var world = new World();

        var stages = CallPipeline.Order(world.Handler.Runtime, (_, _) => throw new NotSupportedException());

        Assert.Equal(
            ["ReadStage", "ValidateStage", "BoundStage", "QuoteStage", "RetryStage", "HoldStage", "PaceStage", "SignStage", "SendStage"],
            stages.Select(stage => stage.GetType().Name));
    }
}
