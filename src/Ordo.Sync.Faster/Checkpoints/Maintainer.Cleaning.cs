using Ordo.Sync.Faster.State;
using Ordo.Sync.Faster.Values;

namespace Ordo.Sync.Faster.Checkpoints;

// The space of superseded values.
internal sealed partial class Maintainer
{
    /// <summary>Gives back the space of superseded values now, as far as readers allow.</summary>
    public async Task CleanAsync(CancellationToken cancellationToken)
    {
        await _working.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_stopping.IsCancellationRequested, this);
            Clean();
        }
        finally
        {
            _working.Release();
        }
    }

    private bool IsCleaningDue(StoreImage image)
    {
        long live = image.ValueBytes + (ValueOverheadBytes * (image.RecordCount + image.Journal.Count));
        return Values.LogBytes > (2 * live) + (2 * _settings.MemoryBytes);
    }

    // Copies what is still in use of the older half behind the rest and gives the half up. Returns the bytes given up.
    private long Clean()
    {
        long from = Values.BeginAddress;

        // Whole pages: of a page on the disk FASTER reads no more than up to the end it is given, and cuts the last value in two.
        long until = Math.Min(from + (Values.LogBytes / 2), Values.FixedUntil) & -(1L << StoreSettings.PageBits);
        if (until <= from)
        {
            return 0;
        }

        List<StoreImage> images = _retained.ListWith(_committed);
        long end = Values.Scan(from, until, (number, stored) =>
        {
            ValuePiece piece = Values.ReadPiece(number, stored);
            ValueOwner owner = ValueOwner.Read(piece.Owner);
            foreach (StoreImage image in images)
            {
                if (image.Holds(owner, number - piece.Index))
                {
                    Values.Reserve(stored.Length, 1);
                    Values.Move(number, stored);
                    return;
                }
            }
        });
        Values.Truncate(end);
        StoreLog.Cleaned(_logger, _settings.Folder, end - from);
        return end - from;
    }
}
