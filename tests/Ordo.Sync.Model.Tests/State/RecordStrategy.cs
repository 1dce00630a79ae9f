namespace Ordo.Sync.Model.Tests.State;

/// <summary>Odd keys are last-write-wins records, even keys keep all siblings.</summary>
internal static class RecordStrategy
{
    public static bool IsLastWriteWins(int key) => (key & 1) == 1;
}
