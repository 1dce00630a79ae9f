using Ordo.Campus.Device;
using Ordo.Campus.Records;
using Ordo.Sync.Engine.Collections;
using Ordo.Sync.Engine.ConflictFree;

namespace Ordo.Campus.Notes;

/// <summary>
/// Tells others where the cursor of this device's person stands: when it has moved, again before it would be taken for gone, and
/// that it is gone when their browser is.
/// </summary>
internal sealed class PresenceTeller(CampusDevice device, ISyncCollection<Presence> presences, string note, TextSession session, BrowserLink link)
{
    private readonly Lock _lock = new();
    private TextCursor? _caret;
    private Presence? _told;

    /// <summary>Where the caret stands now, in the text as the session has it.</summary>
    public void MoveTo(int caret)
    {
        lock (_lock)
        {
            if (_caret is { } before)
            {
                session.RemoveCursor(before);
            }

            try
            {
                _caret = session.AddCursor(Math.Clamp(caret, 0, session.Length));
            }
            catch (ArgumentOutOfRangeException)
            {
                // The text became shorter this very moment; the browser is about to hear of it, and says again where its caret is.
                _caret = null;
            }
        }
    }

    /// <summary>Tells what is to be told; called every now and then.</summary>
    public async Task TellAsync(CancellationToken cancellationToken)
    {
        if (!link.IsUp)
        {
            await WithdrawAsync();
            return;
        }

        // Only saved characters have a name on other devices.
        await session.SaveAsync(cancellationToken);
        if (Locate() is not { } anchor)
        {
            return;
        }

        bool isDue = _told is null || device.Now - _told.At >= (device.PresenceLifetime / 3).TotalMilliseconds;
        if (isDue || anchor != _told!.Anchor)
        {
            _told = new Presence { By = device.Role.Name, Note = note, Anchor = anchor, At = device.Now };
            await presences.PutAsync(device.Role.Name, _told, cancellationToken: cancellationToken);
        }
    }

    /// <summary>Takes back what was told.</summary>
    public async Task WithdrawAsync()
    {
        if (_told is not null)
        {
            _told = null;
            await presences.DeleteAsync(device.Role.Name);
        }
    }

    private string? Locate()
    {
        lock (_lock)
        {
            return _caret is { } caret ? session.AnchorAt(caret).ToString() : null;
        }
    }
}
