using Ordo.Sync.Errors;
using Ordo.Sync.Transport;

namespace Ordo.Sync.Core.Tests.Engine;

/// <summary>A way to a hub that fails with a given error, as long as there is one.</summary>
internal sealed class FailingTransport(ISyncTransport inner) : PassingTransport(inner)
{
    public SyncException? Error { get; set; }

    /// <summary>Whether requests still reach the hub, so that only the answer is lost.</summary>
    public bool LosesAnswers { get; set; }

    public override string PeerName => "https://hub.example.edu/sync";

    protected override async ValueTask<T> SendAsync<T>(Func<ValueTask<T>> send)
    {
        if (Error is not null && !LosesAnswers)
        {
            throw Error;
        }

        T answer = await send();
        return Error is null ? answer : throw Error;
    }
}
