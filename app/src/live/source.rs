//! The browser's `EventSource`, opened again with a pause when the server ends it.

use super::{Connection, Live, NAMES, back_off::BackOff};
use crate::{browser, rpc, wire};
use domain::{api::path, live::LiveEvent};
use leptos::{leptos_dom::helpers::set_timeout, prelude::*, task::spawn_local};
use std::{cell::RefCell, rc::Rc};
use web_sys::{
    Event, EventSource, MessageEvent, js_sys,
    wasm_bindgen::{JsCast, closure::Closure},
};

type OnMessage = Closure<dyn FnMut(MessageEvent)>;
type OnEvent = Closure<dyn FnMut(Event)>;

/// One open stream and the closures that the browser calls.
struct Open {
    source: EventSource,
    _message: OnMessage,
    _opened: OnEvent,
    _error: OnEvent,
}

impl Drop for Open {
    fn drop(&mut self) {
        self.source.close();
    }
}

/// The stream, if it is open, and how often opening it failed.
#[derive(Default)]
struct Stream {
    open: Option<Open>,
    back_off: BackOff,
    ended: bool,
}

/// Opens the stream once the page is alive; closes it with the current owner.
pub(super) fn open(live: Live) {
    // An effect never runs on the server.
    Effect::new(move |_| {
        let stream = Rc::new(RefCell::new(Stream::default()));
        connect(live, &stream);
        let stored = StoredValue::new_local(stream);
        on_cleanup(move || {
            stored.with_value(|stream| {
                let mut stream = stream.borrow_mut();
                stream.ended = true;
                stream.open = None;
            });
        });
    });
}

fn connect(live: Live, stream: &Rc<RefCell<Stream>>) {
    if stream.borrow().ended {
        return;
    }
    let Ok(source) = EventSource::new(path::STREAM) else {
        live.set(Connection::Lost);
        return;
    };
    let message = OnMessage::new(move |message: MessageEvent| {
        let Some(text) = message.data().as_string() else {
            return;
        };
        // What can't be read was written by a newer server; its page data will be asked for anew.
        let event = wire::live_event(&message.type_(), &text).unwrap_or(LiveEvent::Resync);
        live.dispatch(&event);
    });
    for name in NAMES {
        // Fails only for a target that was closed, which this one was not.
        let _ = source.add_event_listener_with_callback(name, message.as_ref().unchecked_ref());
    }
    let opened = {
        let stream = Rc::clone(stream);
        OnEvent::new(move |_| {
            stream.borrow_mut().back_off.reset();
            live.set(Connection::Live);
        })
    };
    let failed = {
        let stream = Rc::downgrade(stream);
        OnEvent::new(move |_| {
            live.set(Connection::Lost);
            if let Some(stream) = stream.upgrade() {
                retry(live, stream);
            }
        })
    };
    source.set_onopen(Some(opened.as_ref().unchecked_ref()));
    source.set_onerror(Some(failed.as_ref().unchecked_ref()));
    stream.borrow_mut().open = Some(Open {
        source,
        _message: message,
        _opened: opened,
        _error: failed,
    });
}

/// After a broken connection the browser tries again by itself, with the last event's number. After an answer that is
/// no stream it gives up, and we go on: the session may have ended, or a proxy speaks for a server that is away.
fn retry(live: Live, stream: Rc<RefCell<Stream>>) {
    let closed = stream
        .borrow()
        .open
        .as_ref()
        .is_some_and(|open| open.source.ready_state() == EventSource::CLOSED);
    if !closed {
        return;
    }
    let pause = stream.borrow_mut().back_off.next(js_sys::Math::random());
    set_timeout(
        move || {
            if stream.borrow().ended {
                return;
            }
            spawn_local(async move {
                match rpc::frame().await {
                    Err(failure) if failure.is_signed_out() => browser::sign_in_again(),
                    _ => connect(live, &stream),
                }
            });
        },
        pause,
    );
}
