using Microsoft.Extensions.Time.Testing;
using Ordo.Sync.Engine.Watching;

namespace Ordo.Sync.Core.Tests.Engine.Watching;

/// <summary>A device whose records are shown live.</summary>
public abstract class LiveScenario
{
    private protected static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private protected FakeTimeProvider Time { get; } = TestHub.NewClock();

    private protected static void AtOnce(LiveOptions<Note> live) => live.Pause = TimeSpan.Zero;

    private protected static async Task UntilAsync(Func<bool> holds, Action? meanwhile = null)
    {
        using var giveUp = new CancellationTokenSource(Patience);
        while (!holds())
        {
            meanwhile?.Invoke();
            await Task.Delay(5, giveUp.Token);
        }
    }
}
