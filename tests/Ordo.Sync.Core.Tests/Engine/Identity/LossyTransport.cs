using Ordo.Sync.Errors;
using Ordo.Sync.Replication.Messages;
using Ordo.Sync.Transport;

namespace Ordo.Sync.Core.Tests.Engine.Identity;

/// <summary>A way on which pushes arrive and their answers, while it is told so, do not.</summary>
internal sealed class LossyTransport(ISyncTransport inner) : PassingTransport(inner)
{
    public bool LosesAnswers { get; set; }

    /// <summary>Of which pushes the answers are lost; all by default.</summary>
    public Func<PushResponse, bool> Loses { get; init; } = static _ => true;

    public override async ValueTask<PushResponse> PushAsync(PushRequest request, CancellationToken cancellationToken = default)
    {
        PushResponse response = await base.PushAsync(request, cancellationToken);
        return LosesAnswers && Loses(response) ? throw new SyncException(SyncErrorCode.Unreachable, "The answer was lost.") : response;
    }
}
