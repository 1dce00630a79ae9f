using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace Ordo.Campus.Tests.Campus;

/// <summary>A browser at a device's pages. Leaves the device's network on.</summary>
internal sealed class DevicePage : IAsyncDisposable
{
    private readonly IBrowserContext _context;
    private readonly ConcurrentQueue<string> _problems = new();

    public DevicePage(IPage page, string role, IBrowserContext context)
    {
        (Page, Role, _context) = (page, role, context);
        page.PageError += (_, error) => _problems.Enqueue($"{role}: script error: {error}");
        page.Request += (_, request) =>
        {
            if (new Uri(request.Url) is { Scheme: "http" or "https" or "ws" or "wss", IsLoopback: false })
            {
                _problems.Enqueue($"{role}: fetches {request.Url}");
            }
        };
    }

    public IPage Page { get; }

    public string Role { get; }

    public ILocator Panel => Page.GetByRole(AriaRole.Dialog);

    public ILocator SyncState => Page.Locator(".pill");

    public async Task GoAsync(string path)
    {
        await Page.GotoAsync(path);
        await Assertions.Expect(Page.Locator("h1")).ToBeVisibleAsync();
    }

    public async Task SwitchAsync(string mode)
    {
        await Page.Locator(".network-choice", new PageLocatorOptions { HasText = mode }).ClickAsync();
        await Assertions.Expect(Page.GetByRole(AriaRole.Radio, new PageGetByRoleOptions { Name = mode })).ToBeCheckedAsync();
    }

    public ILocator Button(string name, bool isExact = true) =>
        Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = name, Exact = isExact });

    /// <summary>Lets the page's process crash: it tells nobody that it goes.</summary>
    public async Task CrashAsync()
    {
        var crashed = new TaskCompletionSource();
        Page.Crash += (_, _) => crashed.TrySetResult();
        _ = Page.GotoAsync("chrome://crash").ContinueWith(going => going.Exception, TaskScheduler.Default);
        await crashed.Task;
        await Page.CloseAsync();
    }

    public Task ShootAsync(string name) => Screenshots.TakeAsync(Page, name);

    public async ValueTask DisposeAsync()
    {
        if (!Page.IsClosed)
        {
            // With the keyboard's event, not the pointer's: an open dialog would catch that.
            await Page.GetByRole(AriaRole.Radio, new PageGetByRoleOptions { Name = "Online", IncludeHidden = true })
                .DispatchEventAsync("click");
            await Assertions.Expect(Page.Locator(".network-online")).ToHaveCountAsync(1);
        }

        await _context.CloseAsync();
        Assert.Empty(_problems);
    }
}
