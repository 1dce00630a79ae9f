using Ordo.Sync.Engine.Writes;
using Ordo.Sync.Errors;
using Ordo.Sync.Journal;

namespace Ordo.Campus.Components.Parts;

/// <summary>Tells what became of a write at the hub, once it is known.</summary>
internal static class Outcomes
{
    public static void Announce(WriteReceipt receipt, string what, Toasts toasts) => _ = AnnounceAsync(receipt, what, toasts);

    private static async Task AnnounceAsync(WriteReceipt receipt, string what, Toasts toasts)
    {
        try
        {
            switch (await receipt.Synced())
            {
                case WriteOutcome.Merged:
                    toasts.Show($"{what}: merged with another edit.");
                    break;
                case WriteOutcome.Conflict:
                    toasts.Show($"{what}: contradicts another edit, somebody must resolve it.", ToastTone.Attention);
                    break;
                case WriteOutcome.AwaitingApproval:
                    toasts.Show($"{what}: contradicts another edit, awaits approval.", ToastTone.Attention);
                    break;
                case WriteOutcome.Rejected:
                    toasts.Show($"{what}: refused by the hub.", ToastTone.Bad);
                    break;
            }
        }
        catch (OperationCanceledException)
        {
            // The engine was closed; the outcome log has it after the next start.
        }
        catch (SyncException exception)
        {
            toasts.Show($"{what}: {exception.Message}", ToastTone.Bad);
        }
    }
}
