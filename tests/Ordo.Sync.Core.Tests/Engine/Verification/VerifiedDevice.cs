using Microsoft.Extensions.Time.Testing;
using Ordo.Sync.Conflicts;
using Ordo.Sync.Engine.Verification;

namespace Ordo.Sync.Core.Tests.Engine.Verification;

/// <summary>Devices whose records are altered behind the store's back.</summary>
public abstract class VerifiedDevice
{
    private protected FakeTimeProvider Time { get; } = TestHub.NewClock();

    private protected static async Task<ScopeVerification> VerifyAsync(TestDevice device) =>
        (await device.Engine.VerifyAsync()).Scopes.Single();

    private protected TestDevice Device(TestHub hub, ConflictStrategy strategy = ConflictStrategy.LastWriteWins) =>
        new(hub.Connect(), Time, strategy);

    // Scores of an odd number, altered in their last bit, become the even one below.
    private protected async Task<TestDevice> FillAsync(
        TestHub hub, int count, ConflictStrategy strategy = ConflictStrategy.LastWriteWins)
    {
        TestDevice device = Device(hub, strategy);
        foreach (int[] chunk in Enumerable.Range(0, count).Chunk(1000))
        {
            await device.Engine.WriteAsync(batch =>
            {
                foreach (int number in chunk)
                {
                    batch.Put(device.Notes, $"key-{number}", new Note { Score = number });
                }
            });
        }

        await device.SyncAsync();
        return device;
    }
}
