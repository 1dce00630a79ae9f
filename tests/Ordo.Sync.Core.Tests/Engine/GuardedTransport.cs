using Ordo.Sync.Errors;
using Ordo.Sync.Replication.Messages;
using Ordo.Sync.Transport;

namespace Ordo.Sync.Core.Tests.Engine;

/// <summary>A way to a hub that refuses, as a hub does whose authorizer says no.</summary>
internal sealed class GuardedTransport(ISyncTransport inner) : PassingTransport(inner)
{
    public SyncErrorCode? Refusal { get; set; }

    /// <summary>The scope that is refused; all where it names none.</summary>
    public string? RefusalScope { get; init; }

    /// <summary>The pulls that were refused.</summary>
    public int RefusedPullCount { get; private set; }

    public SyncErrorCode? PushRefusal { get; set; }

    /// <summary>The scope whose pushes are refused; all where it names none.</summary>
    public string? PushRefusalScope { get; init; }

    /// <summary>When a caller whose push is refused may come again.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The pushes that were refused.</summary>
    public int RefusedPushCount { get; private set; }

    /// <summary>Whether the answer to the next push is lost on its way.</summary>
    public bool LosesNextAnswer { get; set; }

    public override ValueTask<PullResponse> PullAsync(PullRequest request, CancellationToken cancellationToken = default)
    {
        if (RefusalOf(request.Scope) is not { } code)
        {
            return base.PullAsync(request, cancellationToken);
        }

        RefusedPullCount++;
        throw Refused(code);
    }

    public override async ValueTask<PushResponse> PushAsync(PushRequest request, CancellationToken cancellationToken = default)
    {
        if ((RefusalOf(request.Scope) ?? PushRefusal) is { } code && (PushRefusalScope ?? request.Scope) == request.Scope)
        {
            RefusedPushCount++;
            throw Refused(code);
        }

        PushResponse answer = await base.PushAsync(request, cancellationToken);
        if (LosesNextAnswer)
        {
            LosesNextAnswer = false;
            throw new SyncException(SyncErrorCode.Unreachable, "The answer was lost.");
        }

        return answer;
    }

    private SyncErrorCode? RefusalOf(string scope) => (RefusalScope ?? scope) == scope ? Refusal : null;

    private SyncException Refused(SyncErrorCode code) => new(code, "The authorizer said no.") { RetryAfter = RetryAfter };
}
