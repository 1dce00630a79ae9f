namespace Ordo.Sync.Blobs.Tests.Transfers;

/// <summary>Progress that is told at once, on the thread that tells it.</summary>
internal sealed class Told<T>(Action<T> tell) : IProgress<T>
{
    public void Report(T value) => tell(value);
}
