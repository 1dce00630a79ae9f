namespace Ordo.Campus.Components.Parts;

/// <summary>Short messages of one open page; each goes by itself after a while. Thread-safe.</summary>
public sealed class Toasts
{
    private const int CountMax = 4;
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(8);

    private readonly Lock _lock = new();
    private readonly List<Toast> _shown = [];

    /// <summary>Raised when one came or went.</summary>
    public event Action? Changed;

    public IReadOnlyList<Toast> Shown
    {
        get
        {
            lock (_lock)
            {
                return [.. _shown];
            }
        }
    }

    public void Show(string text, ToastTone tone = ToastTone.Plain)
    {
        var toast = new Toast(text, tone);
        lock (_lock)
        {
            _shown.Add(toast);
            if (_shown.Count > CountMax)
            {
                _shown.RemoveAt(0);
            }
        }

        Changed?.Invoke();
        _ = DismissLaterAsync(toast);
    }

    public void Dismiss(Toast toast)
    {
        lock (_lock)
        {
            _shown.Remove(toast);
        }

        Changed?.Invoke();
    }

    private async Task DismissLaterAsync(Toast toast)
    {
        await Task.Delay(Lifetime);
        Dismiss(toast);
    }
}
